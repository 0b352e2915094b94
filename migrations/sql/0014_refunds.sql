-- Taking back: tickets of one sale end and their money goes back the way it came, whole and once. A till writes none of
-- these rows itself; it asks `take_back`, which checks everything, numbers without gaps, seals it in the journal.

-- What the tickets of a sale come to with their discounts and approved prices; with their fees where those go back too.
CREATE FUNCTION boxoffice.ticket_values(p_sale uuid, p_fees boolean)
RETURNS TABLE (ticket_id bigint, line smallint, amount bigint, tax bigint)
LANGUAGE sql STABLE SECURITY DEFINER
SET search_path = pg_catalog, pg_temp AS $$
  SELECT k.ticket_id, k.line, (k.amount + coalesce(sum(a.amount), 0))::bigint, (k.tax + coalesce(sum(a.tax), 0))::bigint
    FROM boxoffice.ticket k
    LEFT JOIN boxoffice.adjustment a
      ON a.sale_id = k.sale_id AND a.ticket_line = k.line AND (p_fees OR a.kind <> 'fee')
   WHERE k.sale_id = p_sale GROUP BY k.ticket_id
$$;

-- Whether a sale was made at this till in this shift. What came over from an older sale is that sale's money: else an
-- exchange, and then a void, would be its refund.
CREATE FUNCTION boxoffice.is_sale_of(p_sale uuid, p_terminal integer, p_shift uuid) RETURNS boolean
LANGUAGE sql STABLE SECURITY DEFINER
SET search_path = pg_catalog, pg_temp AS $$
  WITH RECURSIVE came_from AS (
    SELECT p_sale AS sale_id
     UNION
    SELECT r.sale_id FROM came_from f JOIN boxoffice.refund r ON r.new_sale_id = f.sale_id)
  SELECT coalesce(bool_and(coalesce(s.terminal_id = p_terminal AND s.shift_id = p_shift, false)), false)
    FROM came_from f JOIN boxoffice.sale s ON s.sale_id = f.sale_id
$$;

-- Who may take back like this, and the approval's line for the journal. A void and a correction of what this till sold
-- in its open shift need what selling needs; everything else is a refund, and needs its permission or an approval.
CREATE FUNCTION boxoffice.permit_taking_back(
  p_kind text, p_refund uuid, p_sold boxoffice.sale, p_shift uuid, p_total bigint, p_back bigint, p_approval uuid)
RETURNS text
LANGUAGE plpgsql SECURITY DEFINER
SET search_path = pg_catalog, pg_temp AS $$
DECLARE
  who record;
  is_ours boolean;
BEGIN
  SELECT * INTO who FROM boxoffice.session_identity();
  is_ours := boxoffice.is_sale_of(p_sold.sale_id, who.terminal_id, p_shift);
  IF p_kind = 'void' AND NOT is_ours THEN
    RAISE EXCEPTION 'Only a sale of this till''s open shift is voided.' USING ERRCODE = 'BX409';
  ELSIF p_kind IN ('void', 'exchange') AND is_ours THEN
    PERFORM boxoffice.require('sell');
  ELSIF p_kind = 'exchange' AND p_back = 0 AND 'manage_schedule' = ANY (who.permissions) THEN
    PERFORM boxoffice.require('sell');
  ELSIF p_approval IS NOT NULL AND p_kind IN ('refund', 'exchange') THEN
    PERFORM boxoffice.require('sell');
    RETURN boxoffice.use_approval(p_approval, p_kind, p_refund, p_total, p_refund);
  ELSE
    PERFORM boxoffice.require('refund');
  END IF;
  IF p_approval IS NOT NULL THEN
    RAISE EXCEPTION 'This needs no approval.' USING ERRCODE = 'BX409';
  END IF;
  RETURN NULL;
END
$$;

-- Locks what a taking back touches in the one order (sale, shows, seats, tickets) and refuses tickets that have ended or
-- were let in, with who and when. A cancelled show's visitors may be inside already; whose seat is gone may not.
CREATE FUNCTION boxoffice.lock_tickets(
  p_kind text, p_sale uuid, p_tickets bigint[], p_shows integer[], p_seats integer[]) RETURNS void
LANGUAGE plpgsql SECURITY DEFINER
SET search_path = pg_catalog, pg_temp AS $$
DECLARE
  wrong record;
BEGIN
  PERFORM FROM boxoffice.show w
    WHERE w.show_id IN (SELECT k.show_id FROM boxoffice.ticket k WHERE k.sale_id = p_sale UNION SELECT unnest(p_shows))
    ORDER BY w.show_id FOR SHARE;
  PERFORM FROM boxoffice.show_seat x
    JOIN (SELECT k.show_id, k.seat_id FROM boxoffice.ticket k WHERE k.sale_id = p_sale AND k.ticket_id = ANY (p_tickets)
           UNION SELECT * FROM unnest(p_shows, p_seats)) n ON n.show_id = x.show_id AND n.seat_id = x.seat_id
    ORDER BY x.show_id, x.seat_id FOR UPDATE OF x;
  PERFORM FROM boxoffice.ticket k WHERE k.sale_id = p_sale AND k.ticket_id = ANY (p_tickets)
    ORDER BY k.ticket_id FOR UPDATE;
  IF (SELECT count(*) FROM boxoffice.ticket k WHERE k.sale_id = p_sale AND k.ticket_id = ANY (p_tickets))
     <> coalesce(cardinality(p_tickets), 0) OR (coalesce(cardinality(p_tickets), 0) = 0 AND p_kind <> 'void') THEN
    RAISE EXCEPTION 'These are not tickets of this sale.' USING ERRCODE = 'BX409';
  END IF;
  SELECT CASE WHEN r.refund_id IS NOT NULL THEN r.kind ELSE 'admitted' END AS why, e.name AS seat,
         coalesce(r.refunded_at, a.admitted_at) AS at, coalesce(t.name, a.door) AS place,
         coalesce(p.display_name, '') AS person
    INTO wrong
    FROM boxoffice.ticket k
    JOIN boxoffice.show w ON w.show_id = k.show_id
    JOIN boxoffice.seat e ON e.seat_id = k.seat_id
    LEFT JOIN boxoffice.refund r ON r.refund_id = k.voided_by
    LEFT JOIN boxoffice.admission a ON a.ticket_id = k.ticket_id AND a.undone_at IS NULL
    LEFT JOIN boxoffice.terminal t ON t.terminal_id = r.terminal_id
    LEFT JOIN boxoffice.staff p ON p.staff_id = coalesce(r.staff_id, a.staff_id)
   WHERE k.ticket_id = ANY (p_tickets)
     AND (k.voided_by IS NOT NULL OR (a.ticket_id IS NOT NULL AND NOT (p_kind = 'cancellation' AND w.status = 'cancelled')))
   ORDER BY k.line LIMIT 1;
  IF FOUND THEN
    RAISE EXCEPTION 'This ticket was taken back or let in already.' USING ERRCODE = 'BX425',
      DETAIL = jsonb_build_object('why', wrong.why, 'seat', wrong.seat, 'at', wrong.at, 'place', wrong.place,
                                  'person', wrong.person)::text;
  END IF;
END
$$;

-- Locks sales of the venue before their shows and seats: whoever moves or takes back tickets of many sales begins with it.
CREATE FUNCTION boxoffice.lock_sales(p_sales uuid[]) RETURNS void
LANGUAGE plpgsql SECURITY DEFINER
SET search_path = pg_catalog, pg_temp AS $$
DECLARE
  who record;
BEGIN
  SELECT * INTO who FROM boxoffice.session_identity();
  IF who.terminal_id IS NULL OR who.staff_id IS NULL THEN
    RAISE EXCEPTION 'Nobody is signed in on this connection.' USING ERRCODE = 'BX401';
  END IF;
  PERFORM FROM boxoffice.sale s
    JOIN boxoffice.terminal t ON t.terminal_id = s.terminal_id
    JOIN boxoffice.terminal h ON h.terminal_id = who.terminal_id AND h.venue_id = t.venue_id
   WHERE s.sale_id = ANY (p_sales) ORDER BY s.sale_id FOR UPDATE OF s;
END
$$;

-- Ends tickets of one sale; a void also the gift cards that it had sold. `p_kind` as in the table; `p_new_sale` is the sale that an exchange's value goes over to, and
-- `p_shows`, `p_seats` are the seats that it will take. The payments say how the money goes back: the payment, the kind, the amount,
-- the card terminal's reference. Asked again with the same key it answers the same. Raises BX409, BX423, BX424, BX425.
CREATE FUNCTION boxoffice.take_back(
  p_refund uuid, p_kind text, p_sale uuid, p_tickets bigint[], p_reason text, p_approval uuid, p_new_sale uuid,
  p_shows integer[], p_seats integer[], p_payments bigint[], p_kinds text[], p_amounts bigint[], p_references text[])
RETURNS boxoffice.refund
LANGUAGE plpgsql SECURITY DEFINER
SET search_path = pg_catalog, pg_temp AS $$
DECLARE
  who record;
  sold boxoffice.sale;
  chain record;
  made boxoffice.refund;
  approved text;
  cards bigint := 0;
BEGIN
  SELECT * INTO who FROM boxoffice.session_identity();
  IF who.terminal_id IS NULL OR who.staff_id IS NULL THEN
    RAISE EXCEPTION 'Nobody is signed in on this connection.' USING ERRCODE = 'BX401';
  END IF;
  SELECT s.* INTO sold FROM boxoffice.sale s
    JOIN boxoffice.terminal t ON t.terminal_id = s.terminal_id
    JOIN boxoffice.terminal h ON h.terminal_id = who.terminal_id AND h.venue_id = t.venue_id
   WHERE s.sale_id = p_sale FOR UPDATE OF s;
  SELECT r.* INTO made FROM boxoffice.refund r WHERE r.refund_id = p_refund;
  IF FOUND THEN
    IF (made.terminal_id, made.sale_id, made.kind) IS DISTINCT FROM (who.terminal_id, p_sale, p_kind) THEN
      RAISE EXCEPTION 'This refund was made for something else.' USING ERRCODE = 'BX409';
    END IF;
    RETURN made;
  ELSIF sold.sale_id IS NULL OR p_refund IS NULL THEN
    RAISE EXCEPTION 'There is no such sale.' USING ERRCODE = 'BX409';
  ELSIF current_setting('transaction_isolation') <> 'read committed' THEN
    -- An older snapshot does not know what else went back of the same payment.
    RAISE EXCEPTION 'Money goes back by what is committed now.' USING ERRCODE = 'BX409';
  ELSIF NOT EXISTS (SELECT FROM boxoffice.journal j WHERE j.sale_id = p_sale AND j.kind = 'sale') THEN
    RAISE EXCEPTION 'This sale is not finished.' USING ERRCODE = 'BX409';
  ELSIF (SELECT count(*) <> count(DISTINCT (b.payment_id, b.kind)) FROM unnest(p_payments, p_kinds) b (payment_id, kind)) THEN
    -- Each piece of cash is rounded: in many small ones more would leave the drawer than came.
    RAISE EXCEPTION 'A payment goes back in one piece each way.' USING ERRCODE = 'BX409';
  END IF;
  PERFORM boxoffice.lock_tickets(p_kind, p_sale, p_tickets, p_shows, p_seats);
  PERFORM boxoffice.lock_uses(p_tickets);
  IF p_kind = 'cancellation' AND EXISTS (
       SELECT FROM boxoffice.ticket k JOIN boxoffice.show w ON w.show_id = k.show_id
         JOIN boxoffice.seat e ON e.seat_id = k.seat_id
        WHERE k.ticket_id = ANY (p_tickets) AND w.status <> 'cancelled' AND e.retired_at IS NULL) THEN
    RAISE EXCEPTION 'The show is not cancelled, and the seat is in the hall.' USING ERRCODE = 'BX409';
  ELSIF p_kind = 'void' AND coalesce(cardinality(p_tickets), 0) <> sold.ticket_count THEN
    RAISE EXCEPTION 'A sale is voided whole.' USING ERRCODE = 'BX409';
  ELSIF p_kind = 'void' THEN
    cards := boxoffice.lock_sold_gift_cards(p_sale);
  END IF;
  SELECT c.shift_id, c.refund_number + 1 AS number INTO STRICT chain
    FROM boxoffice.terminal_chain c WHERE c.terminal_id = who.terminal_id FOR UPDATE;
  IF chain.shift_id IS NULL AND p_kind <> 'cancellation' THEN
    RAISE EXCEPTION 'No shift is open at this till.' USING ERRCODE = 'BX423';
  END IF;
  made.refund_id := p_refund;
  made.sale_id := p_sale;
  made.kind := p_kind;
  made.terminal_id := who.terminal_id;
  made.staff_id := who.staff_id;
  made.shift_id := chain.shift_id;
  made.number := chain.number;
  made.refunded_at := clock_timestamp();
  made.currency := sold.currency;
  made.reason := coalesce(p_reason, '');
  made.new_sale_id := p_new_sale;
  SELECT coalesce(sum(v.amount), 0) + cards INTO made.total FROM boxoffice.ticket_values(p_sale, p_kind <> 'refund') v
   WHERE v.ticket_id = ANY (p_tickets);
  approved := boxoffice.permit_taking_back(
    p_kind, p_refund, sold, chain.shift_id, made.total,
    (SELECT coalesce(sum(b.amount), 0)::bigint FROM unnest(p_kinds, p_amounts) b (kind, amount) WHERE b.kind <> 'exchange'),
    p_approval);
  made.approval_id := p_approval;
  INSERT INTO boxoffice.refund SELECT made.*;
  INSERT INTO boxoffice.refund_line (refund_id, line, ticket_id, amount, tax)
  SELECT p_refund, row_number() OVER (ORDER BY v.line), v.ticket_id, v.amount, v.tax
    FROM boxoffice.ticket_values(p_sale, p_kind <> 'refund') v WHERE v.ticket_id = ANY (p_tickets);
  INSERT INTO boxoffice.refund_payment (refund_id, line, payment_id, kind, amount, rounding, reference)
  SELECT p_refund, b.line, b.payment_id, b.kind, b.amount,
         -- What leaves the drawer is one sum, and rounded once; the largest piece carries it.
         CASE WHEN b.kind = 'cash' AND row_number() OVER (PARTITION BY b.kind ORDER BY b.amount DESC, b.line) = 1
              THEN boxoffice.cash_rounding(sum(b.amount) OVER (PARTITION BY b.kind)::bigint, sold.currency) ELSE 0 END,
         coalesce(b.reference, '')
    FROM unnest(p_payments, p_kinds, p_amounts, p_references) WITH ORDINALITY
      AS b (payment_id, kind, amount, reference, line);
  PERFORM boxoffice.check_money_back(made);
  IF cards > 0 THEN
    PERFORM boxoffice.take_back_gift_cards(p_sale, p_refund);
  END IF;
  UPDATE boxoffice.ticket k SET voided_by = p_refund WHERE k.ticket_id = ANY (p_tickets);
  UPDATE boxoffice.show_seat x SET state = 'available', ticket_id = NULL
    FROM boxoffice.ticket k
   WHERE k.ticket_id = ANY (p_tickets) AND x.show_id = k.show_id AND x.seat_id = k.seat_id
     AND x.state = 'sold' AND x.ticket_id = k.ticket_id;
  IF p_kind <> 'exchange' THEN
    PERFORM boxoffice.give_back_uses(p_refund);
  END IF;
  UPDATE boxoffice.terminal_chain c SET refund_number = made.number WHERE c.terminal_id = who.terminal_id;
  PERFORM boxoffice.write_journal(who.terminal_id, 'refund', made.refunded_at, p_sale, p_refund,
                                  boxoffice.refund_words(made) || coalesce(E'\n' || approved, ''));
  RETURN made;
END
$$;

-- The money of a refund: exactly its total, each part the way its payment came, never more than came.
CREATE FUNCTION boxoffice.check_money_back(made boxoffice.refund) RETURNS void
LANGUAGE plpgsql SECURITY DEFINER
SET search_path = pg_catalog, pg_temp AS $$
DECLARE
  judged record;
BEGIN
  SELECT coalesce(sum(b.amount), 0) AS total,
         bool_or(y.sale_id IS DISTINCT FROM made.sale_id) AS is_foreign,
         bool_or(NOT CASE
           WHEN b.kind = 'exchange' THEN made.kind = 'exchange'
           WHEN made.kind = 'cancellation' AND coalesce(y.origin, y.kind) = 'cash' THEN b.kind = 'owed'
           ELSE b.kind = coalesce(y.origin, y.kind) END) AS is_other_way,
         bool_or(b.kind = 'card' AND btrim(b.reference) = '') AS lacks_reference,
         bool_or((SELECT sum(o.amount) FROM boxoffice.refund_payment o WHERE o.payment_id = b.payment_id) > y.amount) AS is_more,
         bool_or(b.kind = 'gift_card') AS on_gift_card
    INTO judged
    FROM boxoffice.refund_payment b LEFT JOIN boxoffice.payment y ON y.payment_id = b.payment_id
   WHERE b.refund_id = made.refund_id;
  IF judged.total <> made.total THEN
    RAISE EXCEPTION 'The money that goes back is not what the tickets cost.' USING ERRCODE = 'BX409';
  ELSIF judged.is_foreign OR judged.is_other_way THEN
    RAISE EXCEPTION 'Money goes back the way it came.' USING ERRCODE = 'BX409';
  ELSIF judged.is_more THEN
    RAISE EXCEPTION 'More would go back than was paid.' USING ERRCODE = 'BX409';
  ELSIF judged.lacks_reference THEN
    RAISE EXCEPTION 'A refund on a card needs the card terminal''s reference.' USING ERRCODE = 'BX409';
  END IF;
  IF judged.on_gift_card THEN
    PERFORM boxoffice.credit_gift_cards(made.refund_id);
  END IF;
END
$$;

-- What the journal says of a refund.
CREATE FUNCTION boxoffice.refund_words(made boxoffice.refund) RETURNS text
LANGUAGE sql STABLE SECURITY DEFINER
SET search_path = pg_catalog, pg_temp AS $$
  SELECT concat_ws('|', made.number, made.sale_id, made.kind, made.staff_id, coalesce(made.shift_id::text, ''),
                   made.currency, made.total, coalesce(made.new_sale_id::text, ''), to_json(made.reason)::text)
      || coalesce(E'\n' || (SELECT string_agg(concat_ws('|', 'ticket', l.line, l.ticket_id, l.amount, l.tax), E'\n' ORDER BY l.line)
                              FROM boxoffice.refund_line l WHERE l.refund_id = made.refund_id), '')
      || coalesce(E'\n' || (SELECT string_agg(concat_ws('|', 'gift_card', a.line, a.gift_card_id, a.amount), E'\n' ORDER BY a.line)
                              FROM boxoffice.adjustment a
                             WHERE made.kind = 'void' AND a.sale_id = made.sale_id AND a.kind = 'gift_card'), '')
      || coalesce(E'\n' || (SELECT string_agg(concat_ws('|', 'back', b.line, b.payment_id, b.kind, b.amount, b.rounding,
                                                        to_json(b.reference)::text), E'\n' ORDER BY b.line)
                              FROM boxoffice.refund_payment b WHERE b.refund_id = made.refund_id), '')
$$;

-- Checked at commit: the sale that an exchange goes over to takes exactly its value, by the ways it had come.
CREATE FUNCTION boxoffice.guard_exchange() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER
SET search_path = pg_catalog, pg_temp AS $$
BEGIN
  IF EXISTS (
    SELECT FROM (SELECT coalesce(y.origin, y.kind) AS origin, sum(b.amount) AS amount
                   FROM boxoffice.refund_payment b JOIN boxoffice.payment y ON y.payment_id = b.payment_id
                  WHERE b.refund_id = NEW.refund_id AND b.kind = 'exchange' GROUP BY 1) o
      FULL JOIN (SELECT y.origin, sum(y.amount) AS amount FROM boxoffice.payment y
                  WHERE y.sale_id = NEW.new_sale_id AND y.kind = 'exchange' GROUP BY 1) n ON n.origin = o.origin
     WHERE n.amount IS DISTINCT FROM o.amount)
     OR NOT EXISTS (SELECT FROM boxoffice.sale s JOIN boxoffice.journal j ON j.sale_id = s.sale_id AND j.kind = 'sale'
                     WHERE s.sale_id = NEW.new_sale_id AND s.terminal_id = NEW.terminal_id AND s.sold_at >= NEW.refunded_at)
     -- Tickets become tickets: a gift card for them would be a refund that nobody allowed.
     OR EXISTS (SELECT FROM boxoffice.adjustment a WHERE a.sale_id = NEW.new_sale_id AND a.kind = 'gift_card') THEN
    RAISE EXCEPTION 'The new sale does not take over what the tickets were worth.' USING ERRCODE = 'BX409';
  ELSIF NOT boxoffice.keeps_fees(NEW.refund_id) THEN
    RAISE EXCEPTION 'The booking fee of a ticket that is exchanged goes along.' USING ERRCODE = 'BX409';
  END IF;
  PERFORM boxoffice.give_back_uses(NEW.refund_id);
  RETURN NULL;
END
$$;

-- The sale was sealed before the commit, or this refuses it.
CREATE CONSTRAINT TRIGGER refund_exchanged AFTER INSERT ON boxoffice.refund
DEFERRABLE INITIALLY DEFERRED FOR EACH ROW WHEN (NEW.kind = 'exchange') EXECUTE FUNCTION boxoffice.guard_exchange();

-- Pays cash out that waits for a customer, at any till of the venue, in its open shift, once. The same key answers the same.
CREATE FUNCTION boxoffice.pay_out_owed(p_payout uuid, p_refund uuid, p_line smallint) RETURNS boxoffice.payout
LANGUAGE plpgsql SECURITY DEFINER
SET search_path = pg_catalog, pg_temp AS $$
DECLARE
  who record;
  owed record;
  paid boxoffice.payout;
BEGIN
  SELECT * INTO who FROM boxoffice.session_identity();
  IF who.terminal_id IS NULL THEN
    RAISE EXCEPTION 'Only a till pays out.' USING ERRCODE = 'BX401';
  END IF;
  PERFORM boxoffice.require('sell');
  SELECT b.amount, r.currency, r.sale_id INTO owed
    FROM boxoffice.refund_payment b
    JOIN boxoffice.refund r ON r.refund_id = b.refund_id
    JOIN boxoffice.terminal t ON t.terminal_id = r.terminal_id
    JOIN boxoffice.terminal h ON h.terminal_id = who.terminal_id AND h.venue_id = t.venue_id
   WHERE b.refund_id = p_refund AND b.line = p_line AND b.kind = 'owed' FOR UPDATE OF b;
  IF NOT FOUND THEN
    RAISE EXCEPTION 'Nothing is owed here.' USING ERRCODE = 'BX409';
  END IF;
  SELECT p.* INTO paid FROM boxoffice.payout p WHERE p.refund_id = p_refund AND p.line = p_line;
  IF paid.payout_id = p_payout AND paid.terminal_id = who.terminal_id THEN
    RETURN paid;
  ELSIF paid.payout_id IS NOT NULL THEN
    RAISE EXCEPTION 'This was paid out already.' USING ERRCODE = 'BX425',
      DETAIL = (SELECT jsonb_build_object('why', 'paid_out', 'seat', '', 'at', paid.paid_at, 'place', t.name, 'person', s.display_name)::text
                  FROM boxoffice.terminal t, boxoffice.staff s
                 WHERE t.terminal_id = paid.terminal_id AND s.staff_id = paid.staff_id);
  END IF;
  SELECT c.shift_id INTO STRICT paid.shift_id
    FROM boxoffice.terminal_chain c WHERE c.terminal_id = who.terminal_id FOR UPDATE;
  IF paid.shift_id IS NULL THEN
    RAISE EXCEPTION 'No shift is open at this till.' USING ERRCODE = 'BX423';
  END IF;
  INSERT INTO boxoffice.payout (payout_id, refund_id, line, terminal_id, staff_id, shift_id, paid_at, amount, rounding)
  VALUES (p_payout, p_refund, p_line, who.terminal_id, who.staff_id, paid.shift_id, clock_timestamp(), owed.amount,
          boxoffice.cash_rounding(owed.amount, owed.currency))
  RETURNING * INTO paid;
  PERFORM boxoffice.write_journal(
    who.terminal_id, 'payout', paid.paid_at, owed.sale_id, p_payout,
    concat_ws('|', p_refund, p_line, paid.staff_id, paid.shift_id, paid.amount, paid.rounding));
  RETURN paid;
END
$$;

-- The sale of a ticket whose code, or whose typed beginning of it, somebody has in hand; null when there is none.
CREATE FUNCTION boxoffice.find_sale_of(p_code bytea) RETURNS uuid
LANGUAGE plpgsql STABLE SECURITY DEFINER
SET search_path = pg_catalog, pg_temp AS $$
BEGIN
  PERFORM boxoffice.require('sell');
  RETURN (SELECT k.sale_id FROM boxoffice.find_ticket(p_code) f JOIN boxoffice.ticket k ON k.ticket_id = f.ticket_id);
END
$$;

-- A ticket ends once, by a refund that names it.
CREATE FUNCTION boxoffice.guard_ticket_void() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER
SET search_path = pg_catalog, pg_temp AS $$
BEGIN
  IF OLD.voided_by IS NOT NULL OR NOT EXISTS (
       SELECT FROM boxoffice.refund_line l WHERE l.refund_id = NEW.voided_by AND l.ticket_id = NEW.ticket_id) THEN
    RAISE EXCEPTION 'A ticket ends once, by a refund that names it.' USING ERRCODE = 'BX409';
  END IF;
  RETURN NEW;
END
$$;

CREATE TRIGGER ticket_ends_once BEFORE UPDATE OF voided_by ON boxoffice.ticket
FOR EACH ROW EXECUTE FUNCTION boxoffice.guard_ticket_void();

CREATE FUNCTION boxoffice.guard_refund_stays() RETURNS trigger
LANGUAGE plpgsql
SET search_path = pg_catalog, pg_temp AS $$
BEGIN
  RAISE EXCEPTION 'What was paid back stays written.' USING ERRCODE = 'BX409';
END
$$;

CREATE TRIGGER refund_stays BEFORE UPDATE OR DELETE OR TRUNCATE ON boxoffice.refund
FOR EACH STATEMENT EXECUTE FUNCTION boxoffice.guard_refund_stays();
CREATE TRIGGER refund_line_stays BEFORE UPDATE OR DELETE OR TRUNCATE ON boxoffice.refund_line
FOR EACH STATEMENT EXECUTE FUNCTION boxoffice.guard_refund_stays();
CREATE TRIGGER refund_payment_stays BEFORE UPDATE OR DELETE OR TRUNCATE ON boxoffice.refund_payment
FOR EACH STATEMENT EXECUTE FUNCTION boxoffice.guard_refund_stays();
CREATE TRIGGER payout_stays BEFORE UPDATE OR DELETE OR TRUNCATE ON boxoffice.payout
FOR EACH STATEMENT EXECUTE FUNCTION boxoffice.guard_refund_stays();

REVOKE ALL ON FUNCTION boxoffice.ticket_values(uuid, boolean), boxoffice.is_sale_of(uuid, integer, uuid),
  boxoffice.permit_taking_back(text, uuid, boxoffice.sale, uuid, bigint, bigint, uuid),
  boxoffice.lock_tickets(text, uuid, bigint[], integer[], integer[]), boxoffice.lock_sales(uuid[]),
  boxoffice.take_back(uuid, text, uuid, bigint[], text, uuid, uuid, integer[], integer[], bigint[], text[], bigint[], text[]),
  boxoffice.check_money_back(boxoffice.refund), boxoffice.refund_words(boxoffice.refund), boxoffice.guard_exchange(),
  boxoffice.pay_out_owed(uuid, uuid, smallint), boxoffice.guard_ticket_void(), boxoffice.guard_refund_stays(),
  boxoffice.find_sale_of(bytea) FROM PUBLIC;
GRANT EXECUTE ON FUNCTION
  boxoffice.take_back(uuid, text, uuid, bigint[], text, uuid, uuid, integer[], integer[], bigint[], text[], bigint[], text[]),
  boxoffice.pay_out_owed(uuid, uuid, smallint), boxoffice.ticket_values(uuid, boolean),
  boxoffice.lock_sales(uuid[]), boxoffice.is_sale_of(uuid, integer, uuid), boxoffice.find_sale_of(bytea)
  TO boxoffice_till;
