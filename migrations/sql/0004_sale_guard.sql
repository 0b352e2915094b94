-- A sale is whole or is not: numbers without gaps, prices as shown, discounts and fees that something allows, payments
-- that cover it, seats that carry its tickets, and one journal entry chained to the terminal's last. Checked once, when
-- the sale is sealed, at the latest at commit. It belongs to the shift that is open at its terminal.

-- A shift begins at a terminal that has none. Its terminal, person, number and time come from the server.
CREATE FUNCTION boxoffice.guard_shift() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER
SET search_path = pg_catalog, pg_temp AS $$
DECLARE
  who record;
  chain record;
BEGIN
  SELECT * INTO who FROM boxoffice.session_identity();
  IF who.terminal_id IS NOT NULL THEN
    PERFORM boxoffice.require('sell');
    NEW.terminal_id := who.terminal_id;
    NEW.opened_by := who.staff_id;
  END IF;
  NEW.opened_at := clock_timestamp();
  SELECT v.currency INTO STRICT NEW.currency
    FROM boxoffice.terminal t JOIN boxoffice.venue v ON v.venue_id = t.venue_id WHERE t.terminal_id = NEW.terminal_id;
  SELECT c.* INTO STRICT chain FROM boxoffice.terminal_chain c WHERE c.terminal_id = NEW.terminal_id FOR UPDATE;
  -- A repeated opening is no error of its own: the insert's ON CONFLICT answers it.
  IF chain.shift_id IS NOT NULL AND chain.shift_id <> NEW.shift_id THEN
    RAISE EXCEPTION 'A shift is open at this till already.' USING ERRCODE = 'BX409';
  END IF;
  NEW.number := chain.shift_number + 1;
  RETURN NEW;
END
$$;

CREATE TRIGGER shift_guard BEFORE INSERT ON boxoffice.shift
FOR EACH ROW EXECUTE FUNCTION boxoffice.guard_shift();

CREATE FUNCTION boxoffice.enter_shift() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER
SET search_path = pg_catalog, pg_temp AS $$
BEGIN
  UPDATE boxoffice.terminal_chain c SET shift_id = NEW.shift_id, shift_number = NEW.number
   WHERE c.terminal_id = NEW.terminal_id;
  PERFORM boxoffice.write_journal(
    NEW.terminal_id, 'shift', NEW.opened_at, NULL, NEW.shift_id,
    concat_ws('|', NEW.number, NEW.opened_by, NEW.currency));
  RETURN NULL;
END
$$;

CREATE TRIGGER shift_entered AFTER INSERT ON boxoffice.shift
FOR EACH ROW EXECUTE FUNCTION boxoffice.enter_shift();

-- Adds an entry to a terminal's journal and returns its hash. The chain row is locked; what is sealed once stays so.
-- The first line of every entry: kind, key, terminal, number in the journal, time; then what the kind has to say.
CREATE FUNCTION boxoffice.write_journal(
  p_terminal integer, p_kind text, p_at timestamptz, p_sale uuid, p_subject uuid, p_details text) RETURNS bytea
LANGUAGE plpgsql SECURITY DEFINER
SET search_path = pg_catalog, pg_temp AS $$
DECLARE
  chain record;
  sealed bytea;
  entry text;
BEGIN
  SELECT c.journal_number + 1 AS number, c.journal_hash AS hash INTO STRICT chain
    FROM boxoffice.terminal_chain c WHERE c.terminal_id = p_terminal FOR UPDATE;
  entry := concat_ws('|', p_kind, coalesce(p_subject, p_sale), p_terminal, chain.number,
                     to_char(p_at AT TIME ZONE 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.US"Z"'), p_details);
  sealed := sha256(chain.hash || convert_to(entry, 'UTF8'));
  INSERT INTO boxoffice.journal (terminal_id, number, at, kind, sale_id, subject, body, previous_hash, hash)
  VALUES (p_terminal, chain.number, p_at, p_kind, p_sale, p_subject, entry, chain.hash, sealed);
  UPDATE boxoffice.terminal_chain c SET journal_number = chain.number, journal_hash = sealed
   WHERE c.terminal_id = p_terminal;
  RETURN sealed;
END
$$;

-- Identity, time and numbers of a sale come from the server. The chain row is locked here and advanced by the seal,
-- so that an insert which ends in nothing (ON CONFLICT DO NOTHING) burns no number.
CREATE FUNCTION boxoffice.guard_sale() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER
SET search_path = pg_catalog, pg_temp AS $$
DECLARE
  who record;
BEGIN
  SELECT * INTO who FROM boxoffice.session_identity();
  IF who.terminal_id IS NOT NULL THEN
    IF who.staff_id IS NULL THEN
      RAISE EXCEPTION 'Nobody is signed in on this connection.' USING ERRCODE = 'BX401';
    ELSIF NOT 'sell' = ANY (who.permissions) THEN
      RAISE EXCEPTION 'This needs the permission sell.' USING ERRCODE = 'BX403', DETAIL = 'sell';
    END IF;
    NEW.terminal_id := who.terminal_id;
    NEW.staff_id := who.staff_id;
  END IF;
  NEW.sold_at := clock_timestamp();
  SELECT c.sale_number + 1, c.ticket_serial + 1, c.shift_id INTO STRICT NEW.number, NEW.first_serial, NEW.shift_id
    FROM boxoffice.terminal_chain c WHERE c.terminal_id = NEW.terminal_id FOR UPDATE;
  IF NEW.shift_id IS NULL THEN
    RAISE EXCEPTION 'No shift is open at this till.' USING ERRCODE = 'BX423';
  END IF;
  RETURN NEW;
END
$$;

CREATE TRIGGER sale_guard BEFORE INSERT ON boxoffice.sale
FOR EACH ROW EXECUTE FUNCTION boxoffice.guard_sale();

-- A sealed sale takes no more lines.
CREATE FUNCTION boxoffice.guard_sale_line() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER
SET search_path = pg_catalog, pg_temp AS $$
BEGIN
  -- The limit keeps this a look-up by key for each sale, whatever the planner thinks of the transition table.
  IF EXISTS (SELECT FROM (SELECT DISTINCT l.sale_id FROM new_lines l) n,
                    LATERAL (SELECT FROM boxoffice.journal j WHERE j.kind = 'sale' AND j.sale_id = n.sale_id LIMIT 1) k) THEN
    RAISE EXCEPTION 'This sale is closed.' USING ERRCODE = 'BX409';
  END IF;
  RETURN NULL;
END
$$;

CREATE TRIGGER ticket_sale_open AFTER INSERT ON boxoffice.ticket
REFERENCING NEW TABLE AS new_lines FOR EACH STATEMENT EXECUTE FUNCTION boxoffice.guard_sale_line();

CREATE TRIGGER payment_sale_open AFTER INSERT ON boxoffice.payment
REFERENCING NEW TABLE AS new_lines FOR EACH STATEMENT EXECUTE FUNCTION boxoffice.guard_sale_line();

CREATE TRIGGER adjustment_sale_open AFTER INSERT ON boxoffice.adjustment
REFERENCING NEW TABLE AS new_lines FOR EACH STATEMENT EXECUTE FUNCTION boxoffice.guard_sale_line();

-- Whether what a sale's lines other than tickets name allows them. Until something can, nothing does.
CREATE FUNCTION boxoffice.check_adjustments(p_sale_id uuid) RETURNS void
LANGUAGE plpgsql SECURITY DEFINER
SET search_path = pg_catalog, pg_temp AS $$
BEGIN
  RAISE EXCEPTION 'Nothing allows this discount.' USING ERRCODE = 'BX409';
END
$$;

-- Takes what a sale is paid with out of its gift cards. Until there are gift cards, none pays.
CREATE FUNCTION boxoffice.redeem_gift_cards(p_sale_id uuid) RETURNS void
LANGUAGE plpgsql SECURITY DEFINER
SET search_path = pg_catalog, pg_temp AS $$
BEGIN
  RAISE EXCEPTION 'There is no such gift card.' USING ERRCODE = 'BX409';
END
$$;

-- The smallest cash amount of a currency, in minor units, where its coins end before its minor unit does: 5 Rappen,
-- 5 cents of Canada, Australia's and New Zealand's coins, whole crowns and forints; 1 elsewhere.
CREATE FUNCTION boxoffice.cash_step(currency text) RETURNS integer
LANGUAGE sql IMMUTABLE
SET search_path = pg_catalog, pg_temp AS $$
  SELECT CASE WHEN currency IN ('CHF', 'CAD', 'AUD') THEN 5 WHEN currency = 'NZD' THEN 10
              WHEN currency = 'DKK' THEN 50 WHEN currency IN ('SEK', 'NOK', 'CZK') THEN 100
              WHEN currency = 'HUF' THEN 500 ELSE 1 END
$$;

-- What is added to an amount that changes hands in cash: to the nearest step, halves up.
CREATE FUNCTION boxoffice.cash_rounding(amount bigint, currency text) RETURNS integer
LANGUAGE sql IMMUTABLE
SET search_path = pg_catalog, pg_temp AS $$
  SELECT ((amount * 2 + boxoffice.cash_step(currency)) / (boxoffice.cash_step(currency) * 2) * boxoffice.cash_step(currency)
          - amount)::integer
$$;

-- The exact money of a sale: tickets with their discounts and fees, and payments that come to the same.
-- Raises BX409 with the first thing that is wrong.
CREATE FUNCTION boxoffice.check_payments(sold boxoffice.sale, venue_currency text, tickets_total numeric)
RETURNS text
LANGUAGE plpgsql SECURITY DEFINER
SET search_path = pg_catalog, pg_temp AS $$
DECLARE
  paid record;
BEGIN
  SELECT coalesce(sum(y.amount), 0) AS total, count(*) AS payments, min(y.amount) AS least,
         coalesce(min(y.line), 1) AS first_line, coalesce(max(y.line), 0) AS last_line,
         count(*) FILTER (WHERE y.kind = 'cash') AS in_cash,
         bool_or(y.kind = 'cash' AND y.rounding <> boxoffice.cash_rounding(y.amount, sold.currency)) AS misrounded,
         bool_or(y.kind = 'gift_card') AS by_gift_card,
         coalesce(sum(y.amount) FILTER (WHERE y.kind = 'exchange'), 0) AS exchanged,
         string_agg(concat_ws('|', 'payment', y.line, y.kind, y.amount, y.given, to_json(y.reference)::text, y.rounding,
                              coalesce(y.gift_card_id::text, ''), coalesce(y.origin, '')),
                    E'\n' ORDER BY y.line) AS body
    INTO paid FROM boxoffice.payment y WHERE y.sale_id = sold.sale_id;
  IF tickets_total <> sold.total OR paid.total <> sold.total OR sold.currency <> venue_currency THEN
    RAISE EXCEPTION 'The payments do not cover the sale.' USING ERRCODE = 'BX409';
  ELSIF paid.payments > 10 OR (paid.payments > 1 AND paid.least = 0)
        -- Each would be rounded, to the house's loss.
        OR (paid.in_cash > 1 AND boxoffice.cash_step(sold.currency) > 1) THEN
    RAISE EXCEPTION 'The sale has more payments than it needs.' USING ERRCODE = 'BX409';
  ELSIF paid.first_line <> 1 OR paid.last_line <> paid.payments THEN
    RAISE EXCEPTION 'The payments of the sale are not numbered as they should be.' USING ERRCODE = 'BX409';
  ELSIF paid.misrounded THEN
    RAISE EXCEPTION 'The cash of the sale is not rounded as it should be.' USING ERRCODE = 'BX409';
  ELSIF paid.exchanged <> coalesce((SELECT sum(b.amount) FROM boxoffice.refund r
                                      JOIN boxoffice.refund_payment b ON b.refund_id = r.refund_id AND b.kind = 'exchange'
                                     WHERE paid.exchanged > 0 AND r.new_sale_id = sold.sale_id
                                       AND r.terminal_id = sold.terminal_id), 0) THEN
    RAISE EXCEPTION 'The sale is paid with tickets that were not taken back.' USING ERRCODE = 'BX409';
  END IF;
  IF paid.by_gift_card THEN
    PERFORM boxoffice.redeem_gift_cards(sold.sale_id);
  END IF;
  RETURN paid.body;
END
$$;

-- Checks a sale, writes its journal entry, moves the terminal's chain on and returns the entry's hash.
-- Asking again returns the same hash. Raises BX409 with the first thing that is wrong.
CREATE FUNCTION boxoffice.seal_sale(p_sale_id uuid) RETURNS bytea
LANGUAGE plpgsql SECURITY DEFINER
SET search_path = pg_catalog, pg_temp AS $$
DECLARE
  sold boxoffice.sale;
  here record;
  lines record;
  extra record;
  paid text;
  sealed bytea;
BEGIN
  SELECT j.hash INTO sealed FROM boxoffice.journal j WHERE j.sale_id = p_sale_id AND j.kind = 'sale';
  IF FOUND THEN
    RETURN sealed;
  END IF;
  SELECT s.* INTO STRICT sold FROM boxoffice.sale s WHERE s.sale_id = p_sale_id;
  SELECT v.currency, v.basket_limit, c.shift_id INTO STRICT here
    FROM boxoffice.terminal t
    JOIN boxoffice.venue v ON v.venue_id = t.venue_id
    JOIN boxoffice.terminal_chain c ON c.terminal_id = t.terminal_id
   WHERE t.terminal_id = sold.terminal_id;
  SELECT count(*) AS tickets, coalesce(min(k.line), 1) AS first_line, coalesce(max(k.line), 0) AS last_line,
         coalesce(sum(k.amount), 0) AS total,
         bool_and(k.terminal_id = sold.terminal_id AND k.serial = sold.first_serial + k.line - 1) AS numbered,
         bool_and(coalesce(p.amount = k.amount AND p.tax = k.tax AND p.tax_rate_id = k.tax_rate_id, false)) AS priced,
         -- A ticket that was taken back already gave money back that this sale has not taken yet.
         bool_and(ss.state = 'sold' AND ss.ticket_id = k.ticket_id AND ss.area_id = k.area_id
                  AND k.voided_by IS NULL) AS seated,
         bool_and(w.status = 'on_sale' AND w.ends_at >= sold.sold_at) AS on_sale,
         string_agg(concat_ws('|', 'ticket', k.line, k.serial, k.show_id, k.seat_id, k.area_id, k.ticket_type_id,
                              k.amount, k.tax, k.tax_rate_id, encode(sha256(k.code), 'hex')), E'\n' ORDER BY k.line) AS body
    INTO lines
    FROM boxoffice.ticket k
    JOIN boxoffice.show_seat ss ON ss.show_id = k.show_id AND ss.seat_id = k.seat_id
    JOIN boxoffice.show w ON w.show_id = k.show_id
    LEFT JOIN boxoffice.show_price p
      ON p.show_id = k.show_id AND p.area_id = k.area_id AND p.ticket_type_id = k.ticket_type_id
   WHERE k.sale_id = p_sale_id;
  SELECT coalesce(sum(a.amount), 0) AS total, count(*) AS lines, coalesce(max(a.line), 0) AS last_line,
         string_agg(concat_ws('|', 'adjustment', a.line, coalesce(a.ticket_line::text, ''), a.kind, a.amount, a.tax,
                              coalesce(a.tax_rate_id::text, ''), coalesce(a.promotion_id::text, ''),
                              coalesce(a.promotion_code_id::text, ''), coalesce(a.approval_id::text, ''),
                              coalesce(a.gift_card_id::text, ''), coalesce(a.carried_from::text, ''), to_json(a.reason)::text), E'\n' ORDER BY a.line) AS body
    INTO extra FROM boxoffice.adjustment a WHERE a.sale_id = p_sale_id;
  -- Lines are unique in their sale: from 1 to their count, they have no gap.
  IF lines.tickets <> sold.ticket_count OR lines.first_line <> 1 OR lines.last_line <> sold.ticket_count
     OR NOT coalesce(lines.numbered, true) OR extra.last_line <> extra.lines OR lines.tickets + extra.lines = 0 THEN
    RAISE EXCEPTION 'The tickets of the sale are not numbered as they should be.' USING ERRCODE = 'BX409';
  ELSIF sold.ticket_count > here.basket_limit THEN
    RAISE EXCEPTION 'The sale has more tickets than the venue allows.' USING ERRCODE = 'BX409';
  ELSIF NOT coalesce(lines.priced, true) THEN
    RAISE EXCEPTION 'A ticket does not have the price of its show.' USING ERRCODE = 'BX409';
  ELSIF NOT coalesce(lines.seated, true) THEN
    RAISE EXCEPTION 'A seat of the sale does not carry its ticket.' USING ERRCODE = 'BX409';
  ELSIF NOT coalesce(lines.on_sale, true) THEN
    RAISE EXCEPTION 'This show is not on sale.' USING ERRCODE = 'BX410';
  ELSIF here.shift_id IS DISTINCT FROM sold.shift_id THEN
    -- The very transaction that began the sale has closed the shift: the Z report knows nothing of its money.
    RAISE EXCEPTION 'The shift of this sale is closed.' USING ERRCODE = 'BX423';
  END IF;
  IF extra.lines > 0 THEN
    PERFORM boxoffice.check_adjustments(p_sale_id);
  END IF;
  paid := boxoffice.check_payments(sold, here.currency, lines.total + extra.total);
  UPDATE boxoffice.terminal_chain c
     SET sale_number = sold.number, ticket_serial = sold.first_serial + sold.ticket_count - 1
   WHERE c.terminal_id = sold.terminal_id;
  RETURN boxoffice.write_journal(
    sold.terminal_id, 'sale', sold.sold_at, p_sale_id, NULL,
    concat_ws('|', sold.number, sold.staff_id, sold.shift_id, sold.currency, sold.total)
      || coalesce(E'\n' || lines.body, '') || coalesce(E'\n' || extra.body, '') || coalesce(E'\n' || paid, ''));
END
$$;

CREATE FUNCTION boxoffice.guard_sale_sealed() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER
SET search_path = pg_catalog, pg_temp AS $$
BEGIN
  PERFORM boxoffice.seal_sale(NEW.sale_id);
  RETURN NULL;
END
$$;

CREATE CONSTRAINT TRIGGER sale_sealed AFTER INSERT ON boxoffice.sale
DEFERRABLE INITIALLY DEFERRED FOR EACH ROW EXECUTE FUNCTION boxoffice.guard_sale_sealed();

-- The codes of a sale's tickets, for printing it where it was sold: `code` itself cannot be read by a till.
CREATE FUNCTION boxoffice.ticket_codes(p_sale_id uuid) RETURNS TABLE (line smallint, code bytea)
LANGUAGE sql STABLE SECURITY DEFINER
SET search_path = pg_catalog, pg_temp AS $$
  SELECT k.line, k.code
    FROM boxoffice.ticket k
    JOIN boxoffice.session_identity() i ON i.terminal_id IS NULL OR (i.terminal_id = k.terminal_id AND i.staff_id IS NOT NULL)
   WHERE k.sale_id = p_sale_id AND k.voided_by IS NULL
   ORDER BY k.line
$$;

-- Insert-only, whoever writes: no till has the rights for more, and neither a function of the owner's nor its own hand
-- changes what was sold. The one exception is a ticket's end.
CREATE FUNCTION boxoffice.guard_sale_stays() RETURNS trigger
LANGUAGE plpgsql
SET search_path = pg_catalog, pg_temp AS $$
BEGIN
  RAISE EXCEPTION 'What was sold stays as it was written.' USING ERRCODE = 'BX409';
END
$$;

CREATE TRIGGER sale_stays BEFORE UPDATE OR DELETE OR TRUNCATE ON boxoffice.sale
FOR EACH STATEMENT EXECUTE FUNCTION boxoffice.guard_sale_stays();
CREATE TRIGGER payment_stays BEFORE UPDATE OR DELETE OR TRUNCATE ON boxoffice.payment
FOR EACH STATEMENT EXECUTE FUNCTION boxoffice.guard_sale_stays();
CREATE TRIGGER adjustment_stays BEFORE UPDATE OR DELETE OR TRUNCATE ON boxoffice.adjustment
FOR EACH STATEMENT EXECUTE FUNCTION boxoffice.guard_sale_stays();
CREATE TRIGGER journal_stays BEFORE UPDATE OR DELETE OR TRUNCATE ON boxoffice.journal
FOR EACH STATEMENT EXECUTE FUNCTION boxoffice.guard_sale_stays();
CREATE TRIGGER ticket_stays
BEFORE UPDATE OF ticket_id, sale_id, line, terminal_id, serial, show_id, seat_id, area_id, ticket_type_id, amount, tax,
  tax_rate_id, code OR DELETE OR TRUNCATE ON boxoffice.ticket
FOR EACH STATEMENT EXECUTE FUNCTION boxoffice.guard_sale_stays();
