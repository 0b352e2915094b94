-- Gift cards: sold with a sale, they pay for others until they are empty. The database keeps a hash of the code, and the
-- code itself only until it is on paper; every change of a balance is a line of an insert-only ledger, made under the card's lock, and never passes zero.

CREATE TABLE boxoffice.gift_card (
  gift_card_id BIGINT GENERATED ALWAYS AS IDENTITY,
  venue_id INTEGER NOT NULL,
  code_hash BYTEA NOT NULL,
  terminal_id INTEGER NOT NULL,
  made_at TIMESTAMP WITH TIME ZONE DEFAULT clock_timestamp() NOT NULL,
  balance BIGINT DEFAULT 0 NOT NULL,
  CONSTRAINT gift_card_pkey PRIMARY KEY (gift_card_id),
  CONSTRAINT gift_card_code_hash_key UNIQUE (code_hash),
  CONSTRAINT gift_card_code_hash_is_sha256 CHECK (length(code_hash) = 32),
  CONSTRAINT gift_card_balance_sane CHECK (balance BETWEEN 0 AND 1000000000),
  CONSTRAINT gift_card_venue_id_fkey FOREIGN KEY(venue_id) REFERENCES boxoffice.venue (venue_id),
  CONSTRAINT gift_card_terminal_id_fkey FOREIGN KEY(terminal_id) REFERENCES boxoffice.terminal (terminal_id)
);

CREATE TABLE boxoffice.gift_card_entry (
  gift_card_id BIGINT NOT NULL,
  number INTEGER NOT NULL,
  at TIMESTAMP WITH TIME ZONE DEFAULT clock_timestamp() NOT NULL,
  kind TEXT NOT NULL,
  sale_id UUID NOT NULL,
  refund_id UUID,
  amount BIGINT NOT NULL,
  balance BIGINT NOT NULL,
  CONSTRAINT gift_card_entry_pkey PRIMARY KEY (gift_card_id, number),
  CONSTRAINT gift_card_entry_kind_known CHECK (kind IN ('sale', 'payment', 'refund', 'return')),
  CONSTRAINT gift_card_entry_sign_fits_kind CHECK (CASE WHEN kind IN ('sale', 'refund') THEN amount > 0 ELSE amount < 0 END),
  CONSTRAINT gift_card_entry_refund_named CHECK ((kind IN ('refund', 'return')) = (refund_id IS NOT NULL)),
  CONSTRAINT gift_card_entry_balance_sane CHECK (balance >= 0),
  CONSTRAINT gift_card_entry_gift_card_id_fkey FOREIGN KEY(gift_card_id) REFERENCES boxoffice.gift_card (gift_card_id),
  CONSTRAINT gift_card_entry_sale_id_fkey FOREIGN KEY(sale_id) REFERENCES boxoffice.sale (sale_id)
);

CREATE INDEX gift_card_entry_sale_ix ON boxoffice.gift_card_entry (sale_id);

-- A card without value, for the sale that follows in the same transaction. What is never sold stays worth nothing.
CREATE FUNCTION boxoffice.make_gift_card(p_code_hash bytea) RETURNS bigint
LANGUAGE plpgsql SECURITY DEFINER
SET search_path = pg_catalog, pg_temp AS $$
DECLARE
  here record;
  made bigint;
BEGIN
  PERFORM boxoffice.require('sell');
  SELECT t.terminal_id, t.venue_id INTO here
    FROM boxoffice.session_identity() i JOIN boxoffice.terminal t ON t.terminal_id = i.terminal_id;
  IF NOT FOUND THEN
    RAISE EXCEPTION 'Only a terminal can sell a gift card.' USING ERRCODE = 'BX401';
  END IF;
  INSERT INTO boxoffice.gift_card (venue_id, code_hash, terminal_id)
  VALUES (here.venue_id, p_code_hash, here.terminal_id) ON CONFLICT (code_hash) DO NOTHING RETURNING gift_card_id INTO made;
  -- Null: this very sale may have been stored a moment ago.
  RETURN made;
END
$$;

-- The codes of cards that are still to be printed: the print job of their sale needs them, also after the till has died.
-- Tills read them while they print only, and they go when the job is done or the card is taken back. A job that is skipped
-- keeps them: it may be tried again, and nobody else knows the code that was paid for.
CREATE TABLE boxoffice.gift_card_code (
  gift_card_id BIGINT NOT NULL,
  code TEXT NOT NULL,
  CONSTRAINT gift_card_code_pkey PRIMARY KEY (gift_card_id),
  CONSTRAINT gift_card_code_code_short CHECK (length(code) BETWEEN 1 AND 40),
  CONSTRAINT gift_card_code_gift_card_id_fkey FOREIGN KEY(gift_card_id) REFERENCES boxoffice.gift_card (gift_card_id)
);

-- Keeps the code of a card that this terminal has just made, for the paper of the sale that follows in the same transaction.
CREATE FUNCTION boxoffice.keep_gift_card_code(p_card bigint, p_code text) RETURNS void
LANGUAGE plpgsql SECURITY DEFINER
SET search_path = pg_catalog, pg_temp AS $$
BEGIN
  PERFORM boxoffice.require('sell');
  IF NOT EXISTS (SELECT FROM boxoffice.gift_card c JOIN boxoffice.session_identity() i ON i.terminal_id = c.terminal_id
                  WHERE c.gift_card_id = p_card AND c.code_hash = sha256(convert_to(p_code, 'UTF8'))
                    AND NOT EXISTS (SELECT FROM boxoffice.gift_card_entry e WHERE e.gift_card_id = p_card)) THEN
    RAISE EXCEPTION 'There is no such gift card to sell.' USING ERRCODE = 'BX409';
  END IF;
  INSERT INTO boxoffice.gift_card_code (gift_card_id, code) VALUES (p_card, p_code) ON CONFLICT DO NOTHING;
END
$$;

-- The cards that a sale sold, that are worth something and whose codes are still known, for the terminal that prints the
-- sale's papers now.
CREATE FUNCTION boxoffice.printable_gift_cards(p_sale_id uuid)
RETURNS TABLE (line smallint, code text, amount bigint, balance bigint)
LANGUAGE sql STABLE SECURITY DEFINER
SET search_path = pg_catalog, pg_temp AS $$
  SELECT a.line, k.code, a.amount, c.balance
    FROM boxoffice.adjustment a
    JOIN boxoffice.gift_card c ON c.gift_card_id = a.gift_card_id
    JOIN boxoffice.gift_card_code k ON k.gift_card_id = a.gift_card_id
    JOIN boxoffice.print_job j ON j.job_id = a.sale_id AND j.state = 'printing'
    JOIN boxoffice.session_identity() i
      ON i.terminal_id IS NULL OR (i.staff_id IS NOT NULL AND i.terminal_id = j.terminal_id)
   WHERE a.sale_id = p_sale_id AND a.kind = 'gift_card' AND c.balance > 0 ORDER BY a.line
$$;

CREATE FUNCTION boxoffice.forget_gift_card_codes() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER
SET search_path = pg_catalog, pg_temp AS $$
BEGIN
  DELETE FROM boxoffice.gift_card_code k USING boxoffice.adjustment a
   WHERE a.sale_id = NEW.job_id AND a.kind = 'gift_card' AND k.gift_card_id = a.gift_card_id;
  RETURN NULL;
END
$$;

CREATE TRIGGER print_job_forgets_codes AFTER UPDATE OF state ON boxoffice.print_job
FOR EACH ROW WHEN (NEW.kind = 'tickets' AND NEW.state = 'done')
EXECUTE FUNCTION boxoffice.forget_gift_card_codes();

-- Moves a balance, whoever asks among the guards; the card is locked until the end of the transaction.
CREATE FUNCTION boxoffice.move_gift_card(p_card bigint, p_kind text, p_amount bigint, p_sale uuid, p_refund uuid)
RETURNS bigint
LANGUAGE plpgsql SECURITY DEFINER
SET search_path = pg_catalog, pg_temp AS $$
DECLARE
  rest bigint;
BEGIN
  SELECT c.balance + p_amount INTO rest FROM boxoffice.gift_card c WHERE c.gift_card_id = p_card FOR UPDATE;
  IF NOT FOUND THEN
    RAISE EXCEPTION 'There is no such gift card.' USING ERRCODE = 'BX409';
  ELSIF rest < 0 THEN
    RAISE EXCEPTION 'There is not enough on the gift card.' USING ERRCODE = 'BX409', DETAIL = 'gift_card_empty';
  END IF;
  UPDATE boxoffice.gift_card c SET balance = c.balance + p_amount WHERE c.gift_card_id = p_card;
  INSERT INTO boxoffice.gift_card_entry (gift_card_id, number, kind, sale_id, refund_id, amount, balance)
  SELECT p_card, coalesce(max(e.number), 0) + 1, p_kind, p_sale, p_refund, p_amount, rest
    FROM boxoffice.gift_card_entry e WHERE e.gift_card_id = p_card;
  RETURN rest;
END
$$;

CREATE OR REPLACE FUNCTION boxoffice.find_gift_card(p_venue integer, p_code text, OUT gift_card_id bigint, OUT balance bigint)
LANGUAGE sql STABLE SECURITY DEFINER
SET search_path = pg_catalog, pg_temp AS $$
  SELECT c.gift_card_id, c.balance FROM boxoffice.gift_card c
   WHERE c.venue_id = p_venue AND c.code_hash = sha256(convert_to(p_code, 'UTF8'))
     AND EXISTS (SELECT FROM boxoffice.gift_card_entry e WHERE e.gift_card_id = c.gift_card_id)
$$;

-- The cards that a sale sells get their value: new ones, of this terminal, and not paid with another card.
CREATE OR REPLACE FUNCTION boxoffice.issue_gift_cards(p_sale_id uuid) RETURNS void
LANGUAGE plpgsql SECURITY DEFINER
SET search_path = pg_catalog, pg_temp AS $$
DECLARE
  sold record;
BEGIN
  IF EXISTS (SELECT FROM boxoffice.payment y WHERE y.sale_id = p_sale_id AND y.kind = 'gift_card') THEN
    RAISE EXCEPTION 'A gift card does not pay for a gift card.' USING ERRCODE = 'BX409';
  END IF;
  FOR sold IN SELECT a.gift_card_id, a.amount, c.terminal_id = s.terminal_id AND c.balance = 0 AND a.amount <= 10000000
                     AND NOT EXISTS (SELECT FROM boxoffice.gift_card_entry e WHERE e.gift_card_id = c.gift_card_id) AS is_new
                FROM boxoffice.adjustment a JOIN boxoffice.sale s ON s.sale_id = a.sale_id
                LEFT JOIN boxoffice.gift_card c ON c.gift_card_id = a.gift_card_id
               WHERE a.sale_id = p_sale_id AND a.kind = 'gift_card' ORDER BY a.gift_card_id LOOP
    IF sold.is_new IS NOT TRUE THEN
      RAISE EXCEPTION 'There is no such gift card to sell.' USING ERRCODE = 'BX409';
    END IF;
    PERFORM boxoffice.move_gift_card(sold.gift_card_id, 'sale', sold.amount, p_sale_id, NULL);
  END LOOP;
  IF EXISTS (SELECT FROM boxoffice.adjustment a WHERE a.sale_id = p_sale_id AND a.kind = 'gift_card'
              GROUP BY a.gift_card_id HAVING count(*) > 1) THEN
    RAISE EXCEPTION 'A gift card is sold once.' USING ERRCODE = 'BX409';
  END IF;
END
$$;

-- Takes what a sale is paid with out of its gift cards: of this venue, and known to this terminal.
CREATE OR REPLACE FUNCTION boxoffice.redeem_gift_cards(p_sale_id uuid) RETURNS void
LANGUAGE plpgsql SECURITY DEFINER
SET search_path = pg_catalog, pg_temp AS $$
DECLARE
  paid record;
BEGIN
  FOR paid IN SELECT y.gift_card_id, sum(y.amount)::bigint AS amount, c.venue_id = t.venue_id AS is_here
                FROM boxoffice.payment y JOIN boxoffice.sale s ON s.sale_id = y.sale_id
                JOIN boxoffice.terminal t ON t.terminal_id = s.terminal_id
                LEFT JOIN boxoffice.gift_card c ON c.gift_card_id = y.gift_card_id
               WHERE y.sale_id = p_sale_id AND y.kind = 'gift_card' GROUP BY 1, 3 ORDER BY 1 LOOP
    IF paid.is_here IS NOT TRUE OR paid.amount <= 0 OR NOT boxoffice.has_opened('gift_card', paid.gift_card_id) THEN
      RAISE EXCEPTION 'There is no such gift card.' USING ERRCODE = 'BX409';
    END IF;
    PERFORM boxoffice.move_gift_card(paid.gift_card_id, 'payment', -paid.amount, p_sale_id, NULL);
  END LOOP;
END
$$;

-- For the guard of refunds: what a gift card had paid goes back onto it. How much at most, the refund's own guard checks.
CREATE FUNCTION boxoffice.refund_to_gift_card(p_payment bigint, p_amount bigint, p_refund uuid) RETURNS void
LANGUAGE plpgsql SECURITY DEFINER
SET search_path = pg_catalog, pg_temp AS $$
DECLARE
  paid boxoffice.payment;
BEGIN
  SELECT y.* INTO paid FROM boxoffice.payment y WHERE y.payment_id = p_payment AND y.gift_card_id IS NOT NULL;
  IF NOT FOUND OR p_amount IS NULL OR p_amount <= 0 OR p_refund IS NULL THEN
    RAISE EXCEPTION 'There is no such gift card.' USING ERRCODE = 'BX409';
  END IF;
  PERFORM boxoffice.move_gift_card(paid.gift_card_id, 'refund', p_amount, paid.sale_id, p_refund);
END
$$;

-- Puts what goes back to gift cards onto them, each part onto the card that it came from. What came by way of exchanges is
-- followed back to the first payments, each of which gets no more than it gave and has not got back; where several cards
-- paid and nobody can tell, the first one comes first.
CREATE FUNCTION boxoffice.credit_gift_cards(p_refund uuid) RETURNS void
LANGUAGE plpgsql SECURITY DEFINER
SET search_path = pg_catalog, pg_temp AS $$
DECLARE
  back record;
  root record;
  first_root bigint;
  rest bigint;
BEGIN
  FOR back IN SELECT b.payment_id, b.amount FROM boxoffice.refund_payment b
               WHERE b.refund_id = p_refund AND b.kind = 'gift_card' ORDER BY b.line LOOP
    rest := back.amount;
    first_root := NULL;
    FOR root IN
      WITH RECURSIVE before AS (
        SELECT y.payment_id, y.kind, y.sale_id, y.gift_card_id, y.amount FROM boxoffice.payment y
         WHERE y.payment_id = back.payment_id
         UNION
        SELECT y.payment_id, y.kind, y.sale_id, y.gift_card_id, least(f.amount, b.amount)
          FROM before f
          JOIN boxoffice.refund r ON f.kind = 'exchange' AND r.new_sale_id = f.sale_id
          JOIN boxoffice.refund_payment b ON b.refund_id = r.refund_id AND b.kind = 'exchange'
          JOIN boxoffice.payment y ON y.payment_id = b.payment_id AND coalesce(y.origin, y.kind) = 'gift_card')
      SELECT f.payment_id,
             least(max(f.amount), (SELECT sum(y.amount) FROM boxoffice.payment y
                                    WHERE y.sale_id = f.sale_id AND y.gift_card_id = f.gift_card_id)
                                - (SELECT coalesce(sum(e.amount), 0) FROM boxoffice.gift_card_entry e
                                    WHERE e.gift_card_id = f.gift_card_id AND e.sale_id = f.sale_id
                                      AND e.kind = 'refund'))::bigint AS amount
        FROM before f WHERE f.kind = 'gift_card' GROUP BY f.payment_id, f.sale_id, f.gift_card_id ORDER BY 1 LOOP
      first_root := coalesce(first_root, root.payment_id);
      IF least(rest, root.amount) > 0 THEN
        PERFORM boxoffice.refund_to_gift_card(root.payment_id, least(rest, root.amount), p_refund);
        rest := rest - least(rest, root.amount);
      END IF;
    END LOOP;
    IF rest > 0 THEN
      PERFORM boxoffice.refund_to_gift_card(first_root, rest, p_refund);
    END IF;
  END LOOP;
END
$$;

-- For the guard of voids: what the gift cards come to that a sale had sold, each locked and with all that was on it.
-- Raises BX425 when they were taken back before, BX409 when one has paid since, with what it paid.
CREATE FUNCTION boxoffice.lock_sold_gift_cards(p_sale_id uuid) RETURNS bigint
LANGUAGE plpgsql SECURITY DEFINER
SET search_path = pg_catalog, pg_temp AS $$
DECLARE
  wrong record;
BEGIN
  PERFORM FROM boxoffice.gift_card c
    WHERE c.gift_card_id IN (SELECT a.gift_card_id FROM boxoffice.adjustment a
                              WHERE a.sale_id = p_sale_id AND a.kind = 'gift_card')
    ORDER BY c.gift_card_id FOR UPDATE;
  SELECT r.kind, r.refunded_at, t.name AS place, p.display_name AS person INTO wrong
    FROM boxoffice.gift_card_entry e JOIN boxoffice.refund r ON r.refund_id = e.refund_id
    JOIN boxoffice.terminal t ON t.terminal_id = r.terminal_id JOIN boxoffice.staff p ON p.staff_id = r.staff_id
   WHERE e.sale_id = p_sale_id AND e.kind = 'return' LIMIT 1;
  IF FOUND THEN
    RAISE EXCEPTION 'This gift card was taken back already.' USING ERRCODE = 'BX425',
      DETAIL = jsonb_build_object('why', wrong.kind, 'seat', '', 'at', wrong.refunded_at, 'place', wrong.place,
                                  'person', wrong.person)::text;
  END IF;
  SELECT s.number, t.name AS place, p.display_name AS person INTO wrong
    FROM boxoffice.adjustment a
    JOIN boxoffice.gift_card c ON c.gift_card_id = a.gift_card_id AND c.balance <> a.amount
    JOIN boxoffice.gift_card_entry e ON e.gift_card_id = c.gift_card_id AND e.kind = 'payment'
    JOIN boxoffice.sale s ON s.sale_id = e.sale_id
    JOIN boxoffice.terminal t ON t.terminal_id = s.terminal_id JOIN boxoffice.staff p ON p.staff_id = s.staff_id
   WHERE a.sale_id = p_sale_id AND a.kind = 'gift_card' ORDER BY e.at DESC LIMIT 1;
  IF FOUND THEN
    RAISE EXCEPTION 'The gift card of this sale was used: it paid for sale % of % (%). Take that back first.',
      wrong.number, wrong.place, wrong.person USING ERRCODE = 'BX409';
  END IF;
  RETURN (SELECT coalesce(sum(a.amount), 0) FROM boxoffice.adjustment a
           WHERE a.sale_id = p_sale_id AND a.kind = 'gift_card');
END
$$;

-- For the guard of voids: gift cards that a sale had sold are worth nothing any more, if all is still on them.
CREATE FUNCTION boxoffice.take_back_gift_cards(p_sale_id uuid, p_refund uuid) RETURNS void
LANGUAGE plpgsql SECURITY DEFINER
SET search_path = pg_catalog, pg_temp AS $$
DECLARE
  sold record;
BEGIN
  FOR sold IN SELECT a.gift_card_id, a.amount FROM boxoffice.adjustment a
               WHERE a.sale_id = p_sale_id AND a.kind = 'gift_card' ORDER BY 1 LOOP
    IF boxoffice.move_gift_card(sold.gift_card_id, 'return', -sold.amount, p_sale_id, p_refund) <> 0 THEN
      RAISE EXCEPTION 'The gift card of this sale was used already.' USING ERRCODE = 'BX409';
    END IF;
    DELETE FROM boxoffice.gift_card_code k WHERE k.gift_card_id = sold.gift_card_id;
  END LOOP;
END
$$;

-- Locks cards in one order, before the terminal's chain row; nobody keeps others waiting for a card that he does not know.
CREATE FUNCTION boxoffice.lock_gift_cards(p_cards bigint[]) RETURNS void
LANGUAGE plpgsql SECURITY DEFINER
SET search_path = pg_catalog, pg_temp AS $$
BEGIN
  PERFORM boxoffice.require('sell');
  PERFORM FROM boxoffice.gift_card c
    WHERE c.gift_card_id = ANY (p_cards) AND boxoffice.has_opened('gift_card', c.gift_card_id)
    ORDER BY c.gift_card_id FOR UPDATE;
END
$$;

CREATE FUNCTION boxoffice.guard_gift_card_entry() RETURNS trigger
LANGUAGE plpgsql
SET search_path = pg_catalog, pg_temp AS $$
BEGIN
  RAISE EXCEPTION 'The ledger of gift cards is never changed.' USING ERRCODE = 'BX409';
END
$$;

CREATE TRIGGER gift_card_entry_stays BEFORE UPDATE OR DELETE OR TRUNCATE ON boxoffice.gift_card_entry
FOR EACH STATEMENT EXECUTE FUNCTION boxoffice.guard_gift_card_entry();

-- The print job of a sale, as before; one that sells nothing has nothing to print.
CREATE OR REPLACE FUNCTION boxoffice.queue_tickets() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER
SET search_path = pg_catalog, pg_temp AS $$
BEGIN
  INSERT INTO boxoffice.print_job (job_id, terminal_id, kind, subject, made_at)
  SELECT NEW.sale_id, NEW.terminal_id, 'tickets', NEW.sale_id, NEW.at
    FROM boxoffice.sale s
   WHERE s.sale_id = NEW.sale_id
     AND (s.ticket_count > 0
          OR EXISTS (SELECT FROM boxoffice.adjustment a WHERE a.sale_id = s.sale_id AND a.kind = 'gift_card'));
  RETURN NULL;
END
$$;

REVOKE ALL ON FUNCTION boxoffice.keep_gift_card_code(bigint, text), boxoffice.printable_gift_cards(uuid),
  boxoffice.forget_gift_card_codes(), boxoffice.make_gift_card(bytea),
  boxoffice.move_gift_card(bigint, text, bigint, uuid, uuid),
  boxoffice.refund_to_gift_card(bigint, bigint, uuid), boxoffice.take_back_gift_cards(uuid, uuid),
  boxoffice.credit_gift_cards(uuid), boxoffice.lock_sold_gift_cards(uuid),
  boxoffice.lock_gift_cards(bigint[]), boxoffice.guard_gift_card_entry() FROM PUBLIC;
GRANT EXECUTE ON FUNCTION boxoffice.make_gift_card(bytea), boxoffice.lock_gift_cards(bigint[]),
  boxoffice.keep_gift_card_code(bigint, text), boxoffice.printable_gift_cards(uuid) TO boxoffice_till;
GRANT SELECT (gift_card_id, venue_id, terminal_id, made_at, balance) ON boxoffice.gift_card TO boxoffice_till;
GRANT SELECT ON boxoffice.gift_card_entry TO boxoffice_till;
