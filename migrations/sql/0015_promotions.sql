-- Promotions, their codes and the booking fee; and what a sale's discounts and fees may be. The till decides the lines of
-- a basket, the database checks them by look-ups: the promotion's validity, amount and limits, or a supervisor's approval.

CREATE TABLE boxoffice.promotion (
  promotion_id INTEGER GENERATED ALWAYS AS IDENTITY,
  venue_id INTEGER NOT NULL,
  name TEXT NOT NULL,
  kind TEXT NOT NULL,
  value INTEGER DEFAULT 0 NOT NULL,
  take SMALLINT DEFAULT 0 NOT NULL,
  pay SMALLINT DEFAULT 0 NOT NULL,
  is_combinable BOOLEAN DEFAULT false NOT NULL,
  needs_code BOOLEAN DEFAULT false NOT NULL,
  weekdays SMALLINT[],
  from_time TIME WITHOUT TIME ZONE,
  to_time TIME WITHOUT TIME ZONE,
  valid_from DATE,
  valid_to DATE,
  movie_id INTEGER,
  show_id INTEGER,
  ticket_type_ids INTEGER[],
  most_tickets SMALLINT,
  uses_limit INTEGER,
  is_active BOOLEAN DEFAULT true NOT NULL,
  version INTEGER DEFAULT 1 NOT NULL,
  CONSTRAINT promotion_pkey PRIMARY KEY (promotion_id),
  CONSTRAINT promotion_venue_id_name_key UNIQUE (venue_id, name),
  CONSTRAINT promotion_name_given CHECK (btrim(name) <> '' AND length(name) <= 60),
  CONSTRAINT promotion_worth_sane CHECK (CASE kind WHEN 'amount' THEN value BETWEEN 1 AND 100000000 AND take = 0 AND pay = 0 WHEN 'percent' THEN value BETWEEN 1 AND 10000 AND take = 0 AND pay = 0 WHEN 'n_for_m' THEN value = 0 AND take BETWEEN 2 AND 20 AND pay BETWEEN 1 AND take - 1 ELSE false END),
  CONSTRAINT promotion_times_differ CHECK (from_time <> to_time),
  CONSTRAINT promotion_dates_in_order CHECK (valid_from <= valid_to),
  CONSTRAINT promotion_weekdays_known CHECK (weekdays <@ ARRAY[1,2,3,4,5,6,7]::smallint[]),
  CONSTRAINT promotion_most_tickets_sane CHECK (most_tickets BETWEEN 1 AND 100),
  CONSTRAINT promotion_uses_limit_sane CHECK (uses_limit BETWEEN 1 AND 1000000),
  CONSTRAINT promotion_venue_id_fkey FOREIGN KEY(venue_id) REFERENCES boxoffice.venue (venue_id),
  CONSTRAINT promotion_movie_id_fkey FOREIGN KEY(movie_id) REFERENCES boxoffice.movie (movie_id),
  CONSTRAINT promotion_show_id_fkey FOREIGN KEY(show_id) REFERENCES boxoffice.show (show_id) ON DELETE CASCADE
);

-- How often a promotion with a limit was used; a row of its own, so that counting is no change of the promotion.
CREATE TABLE boxoffice.promotion_use (
  promotion_id INTEGER NOT NULL,
  used INTEGER DEFAULT 0 NOT NULL,
  CONSTRAINT promotion_use_pkey PRIMARY KEY (promotion_id),
  CONSTRAINT promotion_use_promotion_id_fkey FOREIGN KEY(promotion_id) REFERENCES boxoffice.promotion (promotion_id) ON DELETE CASCADE
) WITH (fillfactor = 50);

CREATE TABLE boxoffice.promotion_code (
  promotion_code_id BIGINT GENERATED ALWAYS AS IDENTITY,
  promotion_id INTEGER NOT NULL,
  code TEXT NOT NULL,
  uses_limit INTEGER,
  used INTEGER DEFAULT 0 NOT NULL,
  valid_until DATE,
  is_active BOOLEAN DEFAULT true NOT NULL,
  CONSTRAINT promotion_code_pkey PRIMARY KEY (promotion_code_id),
  CONSTRAINT promotion_code_code_key UNIQUE (code),
  CONSTRAINT promotion_code_code_folded CHECK (code ~ '^[A-Z0-9]{4,40}$'),
  CONSTRAINT promotion_code_uses_within_limit CHECK (uses_limit BETWEEN 1 AND 1000000 AND used BETWEEN 0 AND uses_limit OR uses_limit IS NULL AND used = 0),
  CONSTRAINT promotion_code_promotion_id_fkey FOREIGN KEY(promotion_id) REFERENCES boxoffice.promotion (promotion_id)
);

CREATE INDEX promotion_code_promotion_ix ON boxoffice.promotion_code (promotion_id);

CREATE TABLE boxoffice.promotion_redemption (
  redemption_id BIGINT GENERATED ALWAYS AS IDENTITY,
  sale_id UUID NOT NULL,
  promotion_id INTEGER NOT NULL,
  promotion_code_id BIGINT,
  tickets SMALLINT NOT NULL,
  amount BIGINT NOT NULL,
  CONSTRAINT promotion_redemption_pkey PRIMARY KEY (redemption_id),
  CONSTRAINT promotion_redemption_amount_positive CHECK (tickets > 0 AND amount > 0),
  CONSTRAINT promotion_redemption_sale_id_fkey FOREIGN KEY(sale_id) REFERENCES boxoffice.sale (sale_id),
  CONSTRAINT promotion_redemption_promotion_id_fkey FOREIGN KEY(promotion_id) REFERENCES boxoffice.promotion (promotion_id),
  CONSTRAINT promotion_redemption_promotion_code_id_fkey FOREIGN KEY(promotion_code_id) REFERENCES boxoffice.promotion_code (promotion_code_id)
);

CREATE UNIQUE INDEX promotion_redemption_once ON boxoffice.promotion_redemption (sale_id, promotion_id, promotion_code_id) NULLS NOT DISTINCT;
CREATE INDEX promotion_redemption_promotion_ix ON boxoffice.promotion_redemption (promotion_id);
CREATE INDEX promotion_redemption_code_ix ON boxoffice.promotion_redemption (promotion_code_id);

-- A use that was given back, because no ticket has its discount any more; it counts no longer.
CREATE TABLE boxoffice.promotion_return (
  redemption_id BIGINT NOT NULL,
  refund_id UUID NOT NULL,
  CONSTRAINT promotion_return_pkey PRIMARY KEY (redemption_id),
  CONSTRAINT promotion_return_redemption_id_fkey FOREIGN KEY(redemption_id) REFERENCES boxoffice.promotion_redemption (redemption_id),
  CONSTRAINT promotion_return_refund_id_fkey FOREIGN KEY(refund_id) REFERENCES boxoffice.refund (refund_id)
);

CREATE TABLE boxoffice.booking_fee (
  venue_id INTEGER NOT NULL,
  amount INTEGER NOT NULL,
  tax INTEGER NOT NULL,
  tax_rate_id INTEGER NOT NULL,
  version INTEGER DEFAULT 1 NOT NULL,
  CONSTRAINT booking_fee_pkey PRIMARY KEY (venue_id),
  CONSTRAINT booking_fee_amount_sane CHECK (amount BETWEEN 0 AND 100000000 AND tax BETWEEN 0 AND amount),
  CONSTRAINT booking_fee_venue_id_fkey FOREIGN KEY(venue_id) REFERENCES boxoffice.venue (venue_id),
  CONSTRAINT booking_fee_tax_rate_id_fkey FOREIGN KEY(tax_rate_id) REFERENCES boxoffice.tax_rate (tax_rate_id)
);

CREATE UNLOGGED TABLE boxoffice.code_try (
  terminal_id INTEGER NOT NULL,
  wrong INTEGER NOT NULL,
  at TIMESTAMP WITH TIME ZONE NOT NULL,
  xact TEXT NOT NULL,
  code TEXT,
  CONSTRAINT code_try_pkey PRIMARY KEY (terminal_id),
  CONSTRAINT code_try_terminal_id_fkey FOREIGN KEY(terminal_id) REFERENCES boxoffice.terminal (terminal_id)
);

CREATE TABLE boxoffice.opened_code (
  terminal_id INTEGER NOT NULL,
  kind TEXT NOT NULL,
  code_id BIGINT NOT NULL,
  at TIMESTAMP WITH TIME ZONE NOT NULL,
  CONSTRAINT opened_code_pkey PRIMARY KEY (terminal_id, kind, code_id),
  CONSTRAINT opened_code_kind_known CHECK (kind IN ('promotion', 'gift_card')),
  CONSTRAINT opened_code_terminal_id_fkey FOREIGN KEY(terminal_id) REFERENCES boxoffice.terminal (terminal_id)
);

-- What people try is counted before anybody knows whether it is right, and answered only when that is committed: a client
-- that rolls back gets no answer. Ten wrong codes in a row, and one more every minute; else a till could guess codes.
CREATE FUNCTION boxoffice.offer_code(p_code text, OUT outcome text, OUT wait_seconds integer)
LANGUAGE plpgsql SECURITY DEFINER
SET search_path = pg_catalog, pg_temp AS $$
DECLARE
  here integer;
  last record;
  minutes double precision;
BEGIN
  PERFORM boxoffice.require('sell');
  SELECT i.terminal_id INTO here FROM boxoffice.session_identity() i;
  IF here IS NULL THEN
    RAISE EXCEPTION 'Only a terminal can try a code.' USING ERRCODE = 'BX401';
  END IF;
  SELECT t.* INTO last FROM boxoffice.code_try t WHERE t.terminal_id = here FOR UPDATE;
  minutes := coalesce(extract(epoch FROM clock_timestamp() - last.at) / 60, 0);
  IF last.wrong - floor(minutes) >= 10 THEN
    outcome := 'wait';
    wait_seconds := greatest(1, ceil((last.wrong - 9 - minutes) * 60));
    RETURN;
  END IF;
  INSERT INTO boxoffice.code_try (terminal_id, wrong, at, xact, code)
  VALUES (here, 1, clock_timestamp(), pg_current_xact_id()::text, left(p_code, 100))
  ON CONFLICT (terminal_id) DO UPDATE
    SET wrong = greatest(0, code_try.wrong - floor(extract(epoch FROM clock_timestamp() - code_try.at) / 60)::integer) + 1,
        at = excluded.at, xact = excluded.xact, code = excluded.code;
  outcome := 'offered';
  wait_seconds := 0;
END
$$;

-- What the code of this terminal's last try opens: a promotion, a gift card with its balance, or why it opens nothing
-- (unknown, expired, used). What it opens, this terminal may use for a day. It answers instead of raising.
CREATE FUNCTION boxoffice.open_code(
  OUT outcome text, OUT promotion_id integer, OUT promotion_code_id bigint, OUT gift_card_id bigint, OUT balance bigint)
LANGUAGE plpgsql SECURITY DEFINER
SET search_path = pg_catalog, pg_temp AS $$
DECLARE
  here record;
  tried text;
  hit record;
BEGIN
  PERFORM boxoffice.require('sell');
  SELECT i.terminal_id, t.venue_id, (clock_timestamp() AT TIME ZONE v.time_zone)::date AS today INTO here
    FROM boxoffice.session_identity() i JOIN boxoffice.terminal t ON t.terminal_id = i.terminal_id
    JOIN boxoffice.venue v ON v.venue_id = t.venue_id;
  outcome := 'unknown';
  SELECT y.code INTO tried FROM boxoffice.code_try y
   WHERE y.terminal_id = here.terminal_id AND y.xact <> pg_current_xact_id()::text
     AND y.at > clock_timestamp() - interval '1 minute' FOR UPDATE;
  IF tried IS NULL THEN
    RETURN;
  END IF;
  SELECT c.promotion_code_id AS code_id, c.promotion_id,
         CASE WHEN NOT (c.is_active AND p.is_active) OR c.valid_until < here.today THEN 'expired'
              WHEN c.used >= c.uses_limit THEN 'used' ELSE 'promotion' END AS outcome INTO hit
    FROM boxoffice.promotion_code c JOIN boxoffice.promotion p ON p.promotion_id = c.promotion_id
   WHERE c.code = tried AND p.venue_id = here.venue_id AND p.needs_code;
  IF FOUND THEN
    outcome := hit.outcome;
    promotion_id := hit.promotion_id;
    promotion_code_id := hit.code_id;
  ELSE
    SELECT g.gift_card_id, g.balance INTO open_code.gift_card_id, open_code.balance
      FROM boxoffice.find_gift_card(here.venue_id, tried) g;
    outcome := CASE WHEN gift_card_id IS NULL THEN 'unknown' ELSE 'gift_card' END;
  END IF;
  -- A code that there is was no wrong try.
  UPDATE boxoffice.code_try y SET code = NULL, wrong = y.wrong - (outcome <> 'unknown')::integer
   WHERE y.terminal_id = here.terminal_id;
  IF outcome IN ('promotion', 'gift_card') THEN
    INSERT INTO boxoffice.opened_code (terminal_id, kind, code_id, at)
    VALUES (here.terminal_id, outcome, coalesce(promotion_code_id, gift_card_id), clock_timestamp())
    ON CONFLICT (terminal_id, kind, code_id) DO UPDATE SET at = excluded.at;
  END IF;
END
$$;

-- Gift cards come with the next revision, which replaces this.
CREATE FUNCTION boxoffice.find_gift_card(p_venue integer, p_code text, OUT gift_card_id bigint, OUT balance bigint)
LANGUAGE sql STABLE SECURITY DEFINER
SET search_path = pg_catalog, pg_temp AS $$
  SELECT NULL::bigint, NULL::bigint
$$;

CREATE FUNCTION boxoffice.issue_gift_cards(p_sale_id uuid) RETURNS void
LANGUAGE plpgsql SECURITY DEFINER
SET search_path = pg_catalog, pg_temp AS $$
BEGIN
  RAISE EXCEPTION 'There is no such gift card.' USING ERRCODE = 'BX409';
END
$$;

-- Whether the terminal of this connection has shown that it knows the code, within a day; the owner always has.
CREATE FUNCTION boxoffice.has_opened(p_kind text, p_code_id bigint) RETURNS boolean
LANGUAGE sql STABLE SECURITY DEFINER
SET search_path = pg_catalog, pg_temp AS $$
  SELECT i.terminal_id IS NULL OR EXISTS (
           SELECT FROM boxoffice.opened_code o
            WHERE o.terminal_id = i.terminal_id AND o.kind = p_kind AND o.code_id = p_code_id
              AND o.at > clock_timestamp() - interval '1 day')
    FROM boxoffice.session_identity() i
$$;

-- Locks what has a limit, in one order, before the terminal's chain row: see DESIGN.md, Locking.
CREATE FUNCTION boxoffice.lock_promotions(p_promotions integer[], p_codes bigint[]) RETURNS void
LANGUAGE plpgsql SECURITY DEFINER
SET search_path = pg_catalog, pg_temp AS $$
BEGIN
  PERFORM boxoffice.require('sell');
  PERFORM FROM boxoffice.promotion_use u JOIN boxoffice.promotion p ON p.promotion_id = u.promotion_id
    WHERE u.promotion_id = ANY (p_promotions) AND p.uses_limit IS NOT NULL ORDER BY u.promotion_id FOR UPDATE OF u;
  PERFORM FROM boxoffice.promotion_code c
    WHERE c.promotion_code_id = ANY (p_codes) AND c.uses_limit IS NOT NULL
      -- Nobody keeps others waiting for a code that he does not know.
      AND boxoffice.has_opened('promotion', c.promotion_code_id) ORDER BY c.promotion_code_id FOR UPDATE;
END
$$;

-- Whether a promotion holds for a ticket; days and times are the show's, the day is the business day.
CREATE FUNCTION boxoffice.promotion_covers(
  p boxoffice.promotion, ticket_type integer, w boxoffice.show, zone text, day_ends_at time) RETURNS boolean
LANGUAGE sql STABLE
SET search_path = pg_catalog, pg_temp AS $$
  SELECT p.is_active
     AND (p.ticket_type_ids IS NULL OR ticket_type = ANY (p.ticket_type_ids))
     AND (p.show_id IS NULL OR p.show_id = w.show_id) AND (p.movie_id IS NULL OR p.movie_id = w.movie_id)
     AND (p.weekdays IS NULL OR extract(isodow FROM d.day)::smallint = ANY (p.weekdays))
     AND (p.valid_from IS NULL OR p.valid_from <= d.day) AND (p.valid_to IS NULL OR d.day <= p.valid_to)
     AND CASE WHEN coalesce(p.from_time, p.to_time) IS NULL THEN true
              WHEN coalesce(p.from_time, day_ends_at) < coalesce(p.to_time, day_ends_at)
              THEN d.at >= coalesce(p.from_time, day_ends_at) AND d.at < coalesce(p.to_time, day_ends_at)
              ELSE d.at >= coalesce(p.from_time, day_ends_at) OR d.at < coalesce(p.to_time, day_ends_at) END
    FROM (SELECT l.local::time AS at, (l.local - day_ends_at::interval)::date AS day
            FROM (SELECT w.starts_at AT TIME ZONE zone AS local) l) d
$$;

-- The tax inside what is left of a ticket: its own in proportion, halves up.
CREATE FUNCTION boxoffice.tax_of_rest(ticket_amount bigint, ticket_tax bigint, rest bigint) RETURNS bigint
LANGUAGE sql IMMUTABLE
SET search_path = pg_catalog, pg_temp AS $$
  SELECT CASE WHEN ticket_amount = 0 THEN 0 ELSE (ticket_tax * rest * 2 + ticket_amount) / (ticket_amount * 2) END
$$;

-- A sale's lines besides its tickets, each with its ticket, what of the ticket was left before it, and what else the
-- ticket has.
CREATE FUNCTION boxoffice.adjusted_lines(p_sale_id uuid) RETURNS TABLE (
  line smallint, ticket_line smallint, kind text, amount bigint, tax bigint, tax_rate_id integer, promotion_id integer,
  promotion_code_id bigint, approval_id uuid, reason text, carried_from bigint, price bigint, price_tax bigint, price_rate integer,
  ticket_type_id integer, show_id integer, rest bigint, discounts bigint, fees bigint, is_free boolean)
LANGUAGE sql STABLE SECURITY DEFINER
SET search_path = pg_catalog, pg_temp AS $$
  SELECT a.line, a.ticket_line, a.kind, a.amount, a.tax, a.tax_rate_id, a.promotion_id, a.promotion_code_id, a.approval_id,
         a.reason, a.carried_from, k.amount, k.tax, k.tax_rate_id, k.ticket_type_id, k.show_id,
         k.amount + coalesce(sum(a.amount) FILTER (WHERE a.kind <> 'fee') OVER (
           PARTITION BY a.ticket_line ORDER BY a.line ROWS BETWEEN UNBOUNDED PRECEDING AND 1 PRECEDING), 0)::bigint,
         count(*) FILTER (WHERE a.kind <> 'fee') OVER w, count(*) FILTER (WHERE a.kind = 'fee') OVER w,
         bool_or(a.kind = 'complimentary') OVER w
    FROM boxoffice.adjustment a
    LEFT JOIN boxoffice.ticket k ON k.sale_id = a.sale_id AND k.line = a.ticket_line
   WHERE a.sale_id = p_sale_id AND a.kind <> 'gift_card'
  WINDOW w AS (PARTITION BY a.ticket_line)
$$;

-- What an exchange takes along comes with a later revision, which replaces this.
CREATE FUNCTION boxoffice.check_carried(p_sale_id uuid) RETURNS void
LANGUAGE plpgsql SECURITY DEFINER
SET search_path = pg_catalog, pg_temp AS $$
BEGIN
  RAISE EXCEPTION 'No ticket was exchanged for this one.' USING ERRCODE = 'BX409';
END
$$;

-- What a sale's lines name allows them, or BX409 with the first thing that is wrong. Uses codes and approvals up.
CREATE OR REPLACE FUNCTION boxoffice.check_adjustments(p_sale_id uuid) RETURNS void
LANGUAGE plpgsql SECURITY DEFINER
SET search_path = pg_catalog, pg_temp AS $$
DECLARE
  venue record;
  judged record;
  yes record;
BEGIN
  SELECT v.venue_id, v.time_zone, v.day_ends_at, f.amount AS fee, f.tax AS fee_tax, f.tax_rate_id AS fee_rate INTO STRICT venue
    FROM boxoffice.sale s JOIN boxoffice.terminal t ON t.terminal_id = s.terminal_id
    JOIN boxoffice.venue v ON v.venue_id = t.venue_id LEFT JOIN boxoffice.booking_fee f ON f.venue_id = v.venue_id
   WHERE s.sale_id = p_sale_id;
  SELECT bool_or(l.price IS NULL) AS stray,
         bool_or(CASE l.kind
           WHEN 'fee' THEN (l.fees = 1 AND NOT l.is_free
                            AND (l.carried_from IS NOT NULL OR l.amount = venue.fee AND l.tax = venue.fee_tax
                                                               AND l.tax_rate_id = venue.fee_rate)) IS NOT TRUE
           ELSE l.rest + l.amount < 0 OR l.tax_rate_id IS DISTINCT FROM l.price_rate
                OR l.tax <> boxoffice.tax_of_rest(l.price, l.price_tax, l.rest + l.amount)
                          - boxoffice.tax_of_rest(l.price, l.price_tax, l.rest) END) AS miscounted,
         bool_or(l.kind IN ('complimentary', 'manual')
                 AND (l.discounts > 1 OR btrim(l.reason) = '' OR l.price = 0
                      OR (l.kind = 'complimentary' AND l.amount <> -l.price))) AS misgranted,
         bool_or(l.kind = 'promotion' AND l.carried_from IS NULL) AS promoted,
         bool_or(l.approval_id IS NOT NULL AND l.carried_from IS NULL) AS approved,
         bool_or(l.carried_from IS NOT NULL) AS carried
    INTO judged FROM boxoffice.adjusted_lines(p_sale_id) l;
  IF judged.stray THEN
    RAISE EXCEPTION 'A discount or a fee belongs to no ticket of the sale.' USING ERRCODE = 'BX409';
  ELSIF judged.miscounted THEN
    RAISE EXCEPTION 'A discount or a fee of the sale has changed. Look at the basket again.' USING ERRCODE = 'BX409';
  ELSIF judged.misgranted THEN
    RAISE EXCEPTION 'A complimentary ticket or another price needs a reason, and stands alone.' USING ERRCODE = 'BX409';
  END IF;
  IF judged.carried THEN
    PERFORM boxoffice.check_carried(p_sale_id);
  END IF;
  IF judged.promoted THEN
    -- Who has exchanged all but the free ticket of an offer would else get the next one free.
    IF EXISTS (SELECT FROM boxoffice.refund r WHERE r.new_sale_id = p_sale_id) THEN
      RAISE EXCEPTION 'Tickets that are exchanged take their discounts along and get no new ones.' USING ERRCODE = 'BX409';
    END IF;
    PERFORM boxoffice.check_promotions(p_sale_id, venue.venue_id, venue.time_zone, venue.day_ends_at);
    PERFORM boxoffice.redeem_promotions(p_sale_id);
  END IF;
  IF judged.approved THEN
    FOR yes IN SELECT l.approval_id, l.kind, sum(abs(l.amount))::bigint AS amount FROM boxoffice.adjusted_lines(p_sale_id) l
                WHERE l.kind IN ('complimentary', 'manual') AND l.carried_from IS NULL GROUP BY 1, 2 ORDER BY 1 LOOP
      PERFORM boxoffice.use_approval(yes.approval_id, CASE yes.kind WHEN 'manual' THEN 'manual_price' ELSE yes.kind END,
                                     p_sale_id, yes.amount, p_sale_id);
    END LOOP;
  END IF;
  IF EXISTS (SELECT FROM boxoffice.adjustment a WHERE a.sale_id = p_sale_id AND a.kind = 'gift_card') THEN
    PERFORM boxoffice.issue_gift_cards(p_sale_id);
  END IF;
END
$$;

-- Each promotion line against its promotion and code: valid for the ticket, of the right amount, within one use, and
-- beside nothing that it does not combine with.
CREATE FUNCTION boxoffice.check_promotions(p_sale_id uuid, p_venue integer, p_zone text, p_day_ends_at time) RETURNS void
LANGUAGE plpgsql SECURITY DEFINER
SET search_path = pg_catalog, pg_temp AS $$
DECLARE
  wrong record;
  today date := (clock_timestamp() AT TIME ZONE p_zone)::date;
  offer record;
  allowed record;
BEGIN
  SELECT l.reason, p.name,
         (p.venue_id = p_venue AND boxoffice.promotion_covers(p, l.ticket_type_id, w, p_zone, p_day_ends_at)
          AND p.needs_code = (l.promotion_code_id IS NOT NULL)
          AND (l.promotion_code_id IS NULL
               OR (c.promotion_id = p.promotion_id AND c.is_active AND coalesce(c.valid_until >= today, true)
                   AND boxoffice.has_opened('promotion', c.promotion_code_id)))) IS NOT TRUE AS ended
    INTO wrong
    FROM (SELECT x.*, bool_and(q.is_combinable) OVER (PARTITION BY x.ticket_line) AS combinable,
                 count(*) OVER (PARTITION BY x.ticket_line, x.promotion_id) AS times,
                 count(*) OVER (PARTITION BY x.promotion_id, x.promotion_code_id) AS tickets
            FROM boxoffice.adjusted_lines(p_sale_id) x LEFT JOIN boxoffice.promotion q ON q.promotion_id = x.promotion_id
           WHERE x.kind = 'promotion') l
    LEFT JOIN boxoffice.promotion p ON p.promotion_id = l.promotion_id
    LEFT JOIN boxoffice.promotion_code c ON c.promotion_code_id = l.promotion_code_id
    JOIN boxoffice.show w ON w.show_id = l.show_id
   WHERE (p.venue_id = p_venue AND boxoffice.promotion_covers(p, l.ticket_type_id, w, p_zone, p_day_ends_at)
          AND p.needs_code = (l.promotion_code_id IS NOT NULL)
          AND (l.promotion_code_id IS NULL
               OR (c.promotion_id = p.promotion_id AND c.is_active AND coalesce(c.valid_until >= today, true)
                   AND boxoffice.has_opened('promotion', c.promotion_code_id)))
          AND -l.amount = CASE p.kind WHEN 'percent' THEN (l.rest * p.value * 2 + 10000) / 20000
                                      WHEN 'amount' THEN least(p.value, l.rest) ELSE l.price END
          AND (l.discounts = 1 OR l.combinable) AND l.times = 1
          AND l.tickets <= coalesce(p.most_tickets, l.tickets)) IS NOT TRUE
   ORDER BY l.line LIMIT 1;
  IF FOUND THEN
    IF wrong.ended THEN
      RAISE EXCEPTION '% does not hold for this sale.', coalesce(wrong.name, 'A promotion') USING ERRCODE = 'BX409';
    END IF;
    RAISE EXCEPTION '% does not give this discount.', coalesce(wrong.name, 'A promotion') USING ERRCODE = 'BX409';
  END IF;
  -- Of each `take` tickets that it covers, `pay` are paid: counted over all tickets that nothing else has taken.
  FOR offer IN SELECT l.promotion_id, count(*) AS tickets, -sum(l.amount) AS amount FROM boxoffice.adjusted_lines(p_sale_id) l
                 JOIN boxoffice.promotion p ON p.promotion_id = l.promotion_id AND p.kind = 'n_for_m' GROUP BY 1 LOOP
    SELECT count(*) AS tickets, sum(e.amount) AS amount INTO allowed
      FROM (SELECT k.amount, p.take, p.pay, count(*) OVER () AS all_of_them, row_number() OVER (ORDER BY k.amount DESC) - 1 AS rank
              FROM boxoffice.ticket k JOIN boxoffice.show w ON w.show_id = k.show_id
              JOIN boxoffice.promotion p ON p.promotion_id = offer.promotion_id
             WHERE k.sale_id = p_sale_id AND boxoffice.promotion_covers(p, k.ticket_type_id, w, p_zone, p_day_ends_at)
               AND NOT EXISTS (
                 SELECT FROM boxoffice.adjustment x LEFT JOIN boxoffice.promotion o ON o.promotion_id = x.promotion_id
                  WHERE x.sale_id = p_sale_id AND x.ticket_line = k.line AND x.kind <> 'fee'
                    AND x.promotion_id IS DISTINCT FROM p.promotion_id
                    AND NOT (p.is_combinable AND coalesce(o.is_combinable, false)))) e
     WHERE e.rank < e.all_of_them / e.take * e.take AND e.rank % e.take >= e.pay;
    IF offer.tickets > allowed.tickets OR offer.amount > coalesce(allowed.amount, 0) THEN
      RAISE EXCEPTION 'There are not enough tickets for this offer.' USING ERRCODE = 'BX409';
    END IF;
  END LOOP;
END
$$;

-- Counts the uses: one for each code, or promotion without one, and sale. What has a limit is locked and never passes it.
CREATE FUNCTION boxoffice.redeem_promotions(p_sale_id uuid) RETURNS void
LANGUAGE plpgsql SECURITY DEFINER
SET search_path = pg_catalog, pg_temp AS $$
DECLARE
  offer record;
  so_far integer;
BEGIN
  FOR offer IN SELECT a.promotion_id, a.promotion_code_id, count(*) AS tickets, -sum(a.amount) AS amount,
                      p.name, p.uses_limit, c.uses_limit AS code_limit
                 FROM boxoffice.adjustment a JOIN boxoffice.promotion p ON p.promotion_id = a.promotion_id
                 LEFT JOIN boxoffice.promotion_code c ON c.promotion_code_id = a.promotion_code_id
                WHERE a.sale_id = p_sale_id AND a.kind = 'promotion' GROUP BY 1, 2, 5, 6, 7 ORDER BY 1, 2 LOOP
    IF offer.uses_limit IS NOT NULL THEN
      SELECT u.used INTO STRICT so_far FROM boxoffice.promotion_use u WHERE u.promotion_id = offer.promotion_id FOR UPDATE;
      IF so_far >= offer.uses_limit THEN
        RAISE EXCEPTION '% is used up.', offer.name USING ERRCODE = 'BX409', DETAIL = 'used_up';
      END IF;
      UPDATE boxoffice.promotion_use u SET used = u.used + 1 WHERE u.promotion_id = offer.promotion_id;
    END IF;
    IF offer.code_limit IS NOT NULL THEN
      SELECT c.used INTO STRICT so_far FROM boxoffice.promotion_code c
       WHERE c.promotion_code_id = offer.promotion_code_id FOR UPDATE;
      IF so_far >= offer.code_limit THEN
        RAISE EXCEPTION 'This code was used already.' USING ERRCODE = 'BX409', DETAIL = 'used_up';
      END IF;
      UPDATE boxoffice.promotion_code c SET used = c.used + 1 WHERE c.promotion_code_id = offer.promotion_code_id;
    END IF;
    INSERT INTO boxoffice.promotion_redemption (sale_id, promotion_id, promotion_code_id, tickets, amount)
    VALUES (p_sale_id, offer.promotion_id, offer.promotion_code_id, offer.tickets, offer.amount);
  END LOOP;
END
$$;

-- A limit that comes later counts what was used before; sales under way at that moment are not counted.
CREATE FUNCTION boxoffice.count_promotion() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER
SET search_path = pg_catalog, pg_temp AS $$
BEGIN
  INSERT INTO boxoffice.promotion_use (promotion_id, used)
  SELECT NEW.promotion_id, count(*) FROM boxoffice.promotion_redemption r
   WHERE r.promotion_id = NEW.promotion_id
     AND NOT EXISTS (SELECT FROM boxoffice.promotion_return b WHERE b.redemption_id = r.redemption_id)
  ON CONFLICT (promotion_id) DO UPDATE SET used = excluded.used;
  RETURN NULL;
END
$$;

CREATE TRIGGER promotion_counted AFTER INSERT ON boxoffice.promotion
FOR EACH ROW EXECUTE FUNCTION boxoffice.count_promotion();
CREATE TRIGGER promotion_counted_anew AFTER UPDATE OF uses_limit ON boxoffice.promotion
FOR EACH ROW WHEN (OLD.uses_limit IS NULL AND NEW.uses_limit IS NOT NULL) EXECUTE FUNCTION boxoffice.count_promotion();

-- A ticket type for groups is sold to groups: so many of it for one show, in one statement. Tickets of a group that are
-- exchanged keep their type, and no others come in at its price.
CREATE FUNCTION boxoffice.guard_group() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER
SET search_path = pg_catalog, pg_temp AS $$
DECLARE
  small record;
BEGIN
  SELECT y.name, y.group_from INTO small FROM new_lines n JOIN boxoffice.ticket_type y ON y.ticket_type_id = n.ticket_type_id
   WHERE y.group_from IS NOT NULL
     AND y.group_from > (SELECT count(*) FROM boxoffice.ticket k
                          WHERE k.sale_id = n.sale_id AND k.show_id = n.show_id AND k.ticket_type_id = n.ticket_type_id)
     AND (SELECT count(*) FROM boxoffice.ticket k WHERE k.sale_id = n.sale_id AND k.ticket_type_id = n.ticket_type_id)
       > (SELECT count(*) FROM boxoffice.refund r JOIN boxoffice.ticket o ON o.voided_by = r.refund_id
           WHERE r.new_sale_id = n.sale_id AND o.sale_id = r.sale_id AND o.ticket_type_id = n.ticket_type_id) LIMIT 1;
  IF FOUND THEN
    RAISE EXCEPTION '% is for % people or more.', small.name, small.group_from USING ERRCODE = 'BX409';
  END IF;
  RETURN NULL;
END
$$;

CREATE TRIGGER ticket_group AFTER INSERT ON boxoffice.ticket
REFERENCING NEW TABLE AS new_lines FOR EACH STATEMENT EXECUTE FUNCTION boxoffice.guard_group();

-- The codes of a promotion, for who manages prices; no till reads the column itself.
CREATE FUNCTION boxoffice.list_promotion_codes(p_promotion integer)
RETURNS TABLE (promotion_code_id bigint, code text, uses_limit integer, used bigint, valid_until date, is_active boolean)
LANGUAGE plpgsql STABLE SECURITY DEFINER
SET search_path = pg_catalog, pg_temp AS $$
BEGIN
  PERFORM boxoffice.require('manage_prices');
  RETURN QUERY
  SELECT c.promotion_code_id, c.code, c.uses_limit,
         (SELECT count(*) FROM boxoffice.promotion_redemption r
           WHERE r.promotion_code_id = c.promotion_code_id
             AND NOT EXISTS (SELECT FROM boxoffice.promotion_return b WHERE b.redemption_id = r.redemption_id)),
         c.valid_until, c.is_active
    FROM boxoffice.promotion_code c JOIN boxoffice.promotion p ON p.promotion_id = c.promotion_id
   WHERE c.promotion_id = p_promotion
     AND p.venue_id = (SELECT coalesce(t.venue_id, p.venue_id) FROM boxoffice.session_identity() i
                         LEFT JOIN boxoffice.terminal t ON t.terminal_id = i.terminal_id)
   ORDER BY c.promotion_code_id;
END
$$;

CREATE FUNCTION boxoffice.guard_redemption() RETURNS trigger
LANGUAGE plpgsql
SET search_path = pg_catalog, pg_temp AS $$
BEGIN
  RAISE EXCEPTION 'What was redeemed is never changed.' USING ERRCODE = 'BX409';
END
$$;

CREATE TRIGGER promotion_redemption_stays BEFORE UPDATE OR DELETE OR TRUNCATE ON boxoffice.promotion_redemption
FOR EACH STATEMENT EXECUTE FUNCTION boxoffice.guard_redemption();
CREATE TRIGGER promotion_return_stays BEFORE UPDATE OR DELETE OR TRUNCATE ON boxoffice.promotion_return
FOR EACH STATEMENT EXECUTE FUNCTION boxoffice.guard_redemption();

-- No till deletes one itself; it goes with the draft that it is for, which who plans may delete.
CREATE TRIGGER promotion_permission BEFORE INSERT OR UPDATE ON boxoffice.promotion
FOR EACH STATEMENT EXECUTE FUNCTION boxoffice.guard_permission('manage_prices');
CREATE TRIGGER booking_fee_permission BEFORE INSERT OR UPDATE OR DELETE ON boxoffice.booking_fee
FOR EACH STATEMENT EXECUTE FUNCTION boxoffice.guard_permission('manage_prices');
-- `used` is counted by the sales of whoever sells; tills cannot write it.
CREATE TRIGGER promotion_code_permission
BEFORE INSERT OR UPDATE OF promotion_id, code, uses_limit, valid_until, is_active OR DELETE ON boxoffice.promotion_code
FOR EACH STATEMENT EXECUTE FUNCTION boxoffice.guard_permission('manage_prices');
CREATE TRIGGER promotion_version BEFORE UPDATE ON boxoffice.promotion
FOR EACH ROW EXECUTE FUNCTION boxoffice.move_version_on();
CREATE TRIGGER booking_fee_version BEFORE UPDATE ON boxoffice.booking_fee
FOR EACH ROW EXECUTE FUNCTION boxoffice.move_version_on();

DO $$
DECLARE
  audited record;
BEGIN
  FOR audited IN SELECT * FROM (VALUES ('promotion', 'promotion_id', 'version'), ('booking_fee', 'venue_id', 'version'),
                                       ('promotion_code', 'promotion_code_id', 'code,used')) v (name, keys, hidden) LOOP
    EXECUTE format('CREATE TRIGGER %I AFTER INSERT ON boxoffice.%I REFERENCING NEW TABLE AS rows_after'
                   ' FOR EACH STATEMENT EXECUTE FUNCTION boxoffice.write_audit(%L, %L)',
                   audited.name || '_audit_insert', audited.name, audited.keys, audited.hidden);
    EXECUTE format('CREATE TRIGGER %I AFTER UPDATE ON boxoffice.%I REFERENCING OLD TABLE AS rows_before NEW TABLE AS rows_after'
                   ' FOR EACH STATEMENT EXECUTE FUNCTION boxoffice.write_audit(%L, %L)',
                   audited.name || '_audit_update', audited.name, audited.keys, audited.hidden);
    EXECUTE format('CREATE TRIGGER %I AFTER DELETE ON boxoffice.%I REFERENCING OLD TABLE AS rows_before'
                   ' FOR EACH STATEMENT EXECUTE FUNCTION boxoffice.write_audit(%L, %L)',
                   audited.name || '_audit_delete', audited.name, audited.keys, audited.hidden);
  END LOOP;
END
$$;

REVOKE ALL ON FUNCTION boxoffice.offer_code(text), boxoffice.open_code(), boxoffice.find_gift_card(integer, text),
  boxoffice.issue_gift_cards(uuid), boxoffice.has_opened(text, bigint), boxoffice.lock_promotions(integer[], bigint[]),
  boxoffice.promotion_covers(boxoffice.promotion, integer, boxoffice.show, text, time),
  boxoffice.tax_of_rest(bigint, bigint, bigint), boxoffice.adjusted_lines(uuid), boxoffice.check_carried(uuid),
  boxoffice.check_promotions(uuid, integer, text, time), boxoffice.redeem_promotions(uuid), boxoffice.count_promotion(),
  boxoffice.guard_group(), boxoffice.list_promotion_codes(integer), boxoffice.guard_redemption() FROM PUBLIC;
GRANT EXECUTE ON FUNCTION boxoffice.offer_code(text), boxoffice.open_code(),
  boxoffice.lock_promotions(integer[], bigint[]), boxoffice.list_promotion_codes(integer) TO boxoffice_till;
GRANT SELECT ON boxoffice.promotion, boxoffice.promotion_use, boxoffice.promotion_redemption, boxoffice.promotion_return,
  boxoffice.booking_fee TO boxoffice_till;
GRANT INSERT (venue_id, name, kind, value, take, pay, is_combinable, needs_code, weekdays, from_time, to_time, valid_from,
  valid_to, movie_id, show_id, ticket_type_ids, most_tickets, uses_limit, is_active),
  UPDATE (name, kind, value, take, pay, is_combinable, needs_code, weekdays, from_time, to_time, valid_from, valid_to,
  movie_id, show_id, ticket_type_ids, most_tickets, uses_limit, is_active) ON boxoffice.promotion TO boxoffice_till;
GRANT INSERT (venue_id, amount, tax, tax_rate_id), UPDATE (amount, tax, tax_rate_id) ON boxoffice.booking_fee
  TO boxoffice_till;
GRANT SELECT (promotion_code_id, promotion_id, uses_limit, used, valid_until, is_active),
  INSERT (promotion_id, code, uses_limit, valid_until), UPDATE (is_active) ON boxoffice.promotion_code TO boxoffice_till;
