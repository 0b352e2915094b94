-- What an exchange takes along: the discounts, approved price and fee of a ticket stand on the ticket that it becomes, each
-- line naming the old ticket. Nothing is used up again and no limit is asked again; nothing more comes out than before.

-- What an old line of a ticket is on the new one: the rule of `carry_lines` (domain/carrying.py). `rest` and `new_rest` are
-- what was left to pay of either ticket before it; of a discount that the promotion gives differently by now its share.
CREATE FUNCTION boxoffice.carried_amount(p boxoffice.promotion, amount bigint, rest bigint, new_rest bigint) RETURNS bigint
LANGUAGE sql STABLE
SET search_path = pg_catalog, pg_temp AS $$
  SELECT CASE WHEN amount > 0 THEN amount
              WHEN p.kind = 'percent' AND (rest * p.value * 2 + 10000) / 20000 = -amount
              THEN -((new_rest * p.value * 2 + 10000) / 20000)
              WHEN p.kind = 'percent' THEN -((new_rest * -amount * 2 + rest) / (rest * 2))
              WHEN p.kind = 'amount' AND least(p.value, rest) = -amount THEN -least(p.value, new_rest)
              ELSE -least(-amount, new_rest) END
$$;

-- Each line that a sale takes over against the line it comes from: of a ticket that was exchanged for this sale, once, on
-- one new ticket that has nothing else, in the old order, for a ticket type that the promotion is for.
CREATE OR REPLACE FUNCTION boxoffice.check_carried(p_sale_id uuid) RETURNS void
LANGUAGE plpgsql SECURITY DEFINER
SET search_path = pg_catalog, pg_temp AS $$
DECLARE
  judged record;
BEGIN
  WITH old AS (
    SELECT k.ticket_id, o.* FROM boxoffice.refund r
      JOIN boxoffice.ticket k ON k.sale_id = r.sale_id AND k.voided_by = r.refund_id
      JOIN boxoffice.adjusted_lines(r.sale_id) o ON o.ticket_line = k.line
     WHERE r.new_sale_id = p_sale_id
  ), matched AS (
    SELECT n.line, n.ticket_line, n.carried_from, o.line AS old_line,
           CASE n.kind
             WHEN 'fee' THEN (n.amount, n.tax, n.tax_rate_id) = (o.amount, o.tax, o.tax_rate_id)
             ELSE n.amount = boxoffice.carried_amount(p, o.amount, o.rest, n.rest)
              AND (n.ticket_type_id = o.ticket_type_id OR p.ticket_type_ids IS NULL
                   OR n.ticket_type_id = ANY (p.ticket_type_ids)) END AS is_right
      FROM boxoffice.adjusted_lines(p_sale_id) n
      LEFT JOIN old o
        ON o.ticket_id = n.carried_from AND o.promotion_id IS NOT DISTINCT FROM n.promotion_id
       AND o.promotion_code_id IS NOT DISTINCT FROM n.promotion_code_id
       AND o.approval_id IS NOT DISTINCT FROM n.approval_id AND o.reason = n.reason
       -- A free ticket may become one that is not wholly free.
       AND (o.kind = n.kind OR (o.kind = 'complimentary' AND n.kind = 'manual'))
      LEFT JOIN boxoffice.promotion p ON p.promotion_id = n.promotion_id
     WHERE n.kind <> 'gift_card'
       AND EXISTS (SELECT FROM boxoffice.adjustment a
                    WHERE a.sale_id = p_sale_id AND a.ticket_line = n.ticket_line AND a.carried_from IS NOT NULL)
  )
  SELECT bool_or(m.old_line IS NULL OR m.is_right IS NOT TRUE) AS misread,
         bool_or(m.old_line <= m.last_line) AS misordered,
         count(DISTINCT m.ticket_line) <> count(DISTINCT m.carried_from)
           OR count(DISTINCT m.ticket_line) <> count(DISTINCT (m.ticket_line, m.carried_from)) AS mispaired
    INTO judged
    FROM (SELECT x.*, lag(x.old_line) OVER (PARTITION BY x.ticket_line ORDER BY x.line) AS last_line FROM matched x) m;
  IF judged.misread OR judged.misordered OR judged.mispaired THEN
    RAISE EXCEPTION 'The tickets that were exchanged had no such discount or fee.' USING ERRCODE = 'BX409';
  END IF;
END
$$;

-- Whether an exchange leaves as many fees on the new tickets as the old ones had: else it would be a refund of them.
CREATE FUNCTION boxoffice.keeps_fees(p_refund uuid) RETURNS boolean
LANGUAGE sql STABLE SECURITY DEFINER
SET search_path = pg_catalog, pg_temp AS $$
  SELECT (SELECT count(*) FROM boxoffice.adjustment a WHERE a.sale_id = r.new_sale_id AND a.kind = 'fee')
      >= least(s.ticket_count, (SELECT count(*) FROM boxoffice.ticket k
                                  JOIN boxoffice.adjustment a ON a.sale_id = k.sale_id AND a.ticket_line = k.line
                                 WHERE k.sale_id = r.sale_id AND k.voided_by = r.refund_id AND a.kind = 'fee'))
    FROM boxoffice.refund r JOIN boxoffice.sale s ON s.sale_id = r.new_sale_id WHERE r.refund_id = p_refund
$$;

REVOKE ALL ON FUNCTION boxoffice.carried_amount(boxoffice.promotion, bigint, bigint, bigint),
  boxoffice.keeps_fees(uuid) FROM PUBLIC;
