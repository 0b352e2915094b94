-- What an exchange takes along: the discounts, approved price and fee of a ticket stand on the ticket that it becomes, each
-- line naming the old ticket. Nothing is used up again and no limit is asked again; nothing more comes out than before.
-- A use of a promotion stands as long as a ticket has its discount, in its own sale or where it was carried to; then it is
-- given back.

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

-- The uses that tickets have their discounts from: those of their sale, or of the sale where what they carry was used.
CREATE FUNCTION boxoffice.redemptions_of(p_tickets bigint[]) RETURNS SETOF boxoffice.promotion_redemption
LANGUAGE sql STABLE SECURITY DEFINER
SET search_path = pg_catalog, pg_temp AS $$
  WITH RECURSIVE line AS (
    SELECT a.sale_id, a.promotion_id, a.promotion_code_id, a.carried_from
      FROM boxoffice.ticket k
      JOIN boxoffice.adjustment a ON a.sale_id = k.sale_id AND a.ticket_line = k.line AND a.kind = 'promotion'
     WHERE k.ticket_id = ANY (p_tickets)
     UNION
    SELECT a.sale_id, a.promotion_id, a.promotion_code_id, a.carried_from
      FROM line l JOIN boxoffice.ticket k ON k.ticket_id = l.carried_from
      JOIN boxoffice.adjustment a
        ON a.sale_id = k.sale_id AND a.ticket_line = k.line AND a.kind = 'promotion' AND a.promotion_id = l.promotion_id
       AND a.promotion_code_id IS NOT DISTINCT FROM l.promotion_code_id
  )
  SELECT DISTINCT r.* FROM line l
    JOIN boxoffice.promotion_redemption r
      ON r.sale_id = l.sale_id AND r.promotion_id = l.promotion_id
     AND r.promotion_code_id IS NOT DISTINCT FROM l.promotion_code_id
   WHERE l.carried_from IS NULL
$$;

-- Whether a valid ticket has its discount from this use.
CREATE FUNCTION boxoffice.redemption_stands(used boxoffice.promotion_redemption) RETURNS boolean
LANGUAGE sql STABLE SECURITY DEFINER
SET search_path = pg_catalog, pg_temp AS $$
  WITH RECURSIVE ticket AS (
    SELECT k.ticket_id, k.voided_by
      FROM boxoffice.adjustment a JOIN boxoffice.ticket k ON k.sale_id = a.sale_id AND k.line = a.ticket_line
     WHERE a.sale_id = used.sale_id AND a.carried_from IS NULL AND a.kind = 'promotion'
       AND a.promotion_id = used.promotion_id AND a.promotion_code_id IS NOT DISTINCT FROM used.promotion_code_id
     UNION
    SELECT k.ticket_id, k.voided_by
      FROM ticket t JOIN boxoffice.adjustment a ON a.carried_from = t.ticket_id AND a.promotion_id = used.promotion_id
       AND a.promotion_code_id IS NOT DISTINCT FROM used.promotion_code_id
      JOIN boxoffice.ticket k ON k.sale_id = a.sale_id AND k.line = a.ticket_line
  )
  SELECT EXISTS (SELECT FROM ticket t WHERE t.voided_by IS NULL)
$$;

-- Locks what tickets that go back may give back, in the order of sales, before the terminal's chain row. Two tills that
-- take back the last two tickets of one use wait for each other here: the second sees that it is the last.
CREATE FUNCTION boxoffice.lock_uses(p_tickets bigint[]) RETURNS void
LANGUAGE plpgsql SECURITY DEFINER
SET search_path = pg_catalog, pg_temp AS $$
DECLARE
  found_ids bigint[];
BEGIN
  SELECT array_agg(r.redemption_id) INTO found_ids FROM boxoffice.redemptions_of(p_tickets) r;
  IF found_ids IS NULL THEN
    RETURN;
  END IF;
  PERFORM FROM boxoffice.promotion_redemption r WHERE r.redemption_id = ANY (found_ids)
    ORDER BY r.redemption_id FOR UPDATE;
  PERFORM FROM boxoffice.promotion_use u
    WHERE u.promotion_id IN (SELECT r.promotion_id FROM boxoffice.promotion_redemption r
                               JOIN boxoffice.promotion p ON p.promotion_id = r.promotion_id AND p.uses_limit IS NOT NULL
                              WHERE r.redemption_id = ANY (found_ids))
    ORDER BY u.promotion_id FOR UPDATE;
  PERFORM FROM boxoffice.promotion_code c
    WHERE c.uses_limit IS NOT NULL
      AND c.promotion_code_id IN (SELECT r.promotion_code_id FROM boxoffice.promotion_redemption r
                                   WHERE r.redemption_id = ANY (found_ids))
    ORDER BY c.promotion_code_id FOR UPDATE;
END
$$;

-- Gives back the uses that nothing stands on any more after a refund: they count no longer, where there is a limit.
CREATE FUNCTION boxoffice.give_back_uses(p_refund uuid) RETURNS void
LANGUAGE plpgsql SECURITY DEFINER
SET search_path = pg_catalog, pg_temp AS $$
DECLARE
  back boxoffice.promotion_redemption;
BEGIN
  FOR back IN SELECT r.* FROM boxoffice.redemptions_of(
                  ARRAY(SELECT l.ticket_id FROM boxoffice.refund_line l WHERE l.refund_id = p_refund)) r
               WHERE NOT boxoffice.redemption_stands(r)
                 AND NOT EXISTS (SELECT FROM boxoffice.promotion_return b WHERE b.redemption_id = r.redemption_id)
               ORDER BY r.promotion_id, r.promotion_code_id LOOP
    INSERT INTO boxoffice.promotion_return (redemption_id, refund_id) VALUES (back.redemption_id, p_refund);
    UPDATE boxoffice.promotion_use u SET used = greatest(u.used - 1, 0)
      FROM boxoffice.promotion p
     WHERE u.promotion_id = back.promotion_id AND p.promotion_id = u.promotion_id AND p.uses_limit IS NOT NULL;
    UPDATE boxoffice.promotion_code c SET used = greatest(c.used - 1, 0)
     WHERE c.promotion_code_id = back.promotion_code_id AND c.uses_limit IS NOT NULL;
  END LOOP;
END
$$;

REVOKE ALL ON FUNCTION boxoffice.carried_amount(boxoffice.promotion, bigint, bigint, bigint),
  boxoffice.keeps_fees(uuid), boxoffice.redemptions_of(bigint[]),
  boxoffice.redemption_stands(boxoffice.promotion_redemption), boxoffice.lock_uses(bigint[]),
  boxoffice.give_back_uses(uuid) FROM PUBLIC;
