-- The tables of venues, programme, prices, staff, shifts, sales, refunds and the journal.

-- Whether the last of the digits is the check digit of the others: Luhn's (ISO/IEC 7812-1, annex B).
CREATE FUNCTION boxoffice.passes_luhn(digits text) RETURNS boolean
LANGUAGE sql IMMUTABLE STRICT PARALLEL SAFE
SET search_path = pg_catalog, pg_temp AS $$
  SELECT sum(CASE WHEN place % 2 = 0 THEN digit WHEN digit > 4 THEN digit * 2 - 9 ELSE digit * 2 END) % 10 = 0
    FROM generate_series(0, length(digits) - 1) AS place,
         LATERAL (SELECT substr(digits, length(digits) - place, 1)::integer AS digit) d
$$;

-- The text with digits of every script as ASCII, odd dashes as hyphens, spaces as blanks and invisible characters gone.
-- What is compared with is Unicode's: the zeros of the scripts (Nd), format characters (Cf), dashes (Pd), white space.
CREATE FUNCTION boxoffice.plain_digits(value text) RETURNS text
LANGUAGE plpgsql IMMUTABLE STRICT PARALLEL SAFE
SET search_path = pg_catalog, pg_temp AS $$
DECLARE
  zeros CONSTANT integer[] := ARRAY[
    1632, 1776, 1984, 2406, 2534, 2662, 2790, 2918, 3046, 3174, 3302, 3430, 3558, 3664, 3792, 3872, 4160, 4240,
    6112, 6160, 6470, 6608, 6784, 6800, 6992, 7088, 7232, 7248, 42528, 43216, 43264, 43472, 43504, 43600, 44016,
    66720, 68912, 69734, 69872, 69942, 70096, 70384, 70736, 70864, 71248, 71360, 71472, 71904, 72016, 72784, 73040,
    73120, 92768, 92864, 93008, 123200, 123632, 125264];
  plain text := value;
BEGIN
  IF value ~ '[^\u0001-\u007F]' THEN
    plain := regexp_replace(normalize(plain, NFKC),
      '[\u00AD\u0600-\u0605\u061C\u06DD\u070F\u0890-\u0891\u08E2\u180E\u200B-\u200F\u202A-\u202E'
      '\u2060-\u2064\u2066-\u206F\uFEFF\uFFF9-\uFFFB\U000110BD\U000110CD\U00013430-\U0001343F'
      '\U0001BCA0-\U0001BCA3\U0001D173-\U0001D17A\U000E0001\U000E0020-\U000E007F]', '', 'g');
    plain := regexp_replace(plain,
      '[\u058A\u05BE\u1400\u1806\u2010-\u2015\u2E17\u2E1A\u2E3A-\u2E3B\u2E40\u2E5D\u301C\u3030\u30A0'
      '\U00010EAD]', '-', 'g');
    SELECT string_agg(
             coalesce((SELECT (ascii(c.mark) - z)::text FROM unnest(zeros) z WHERE ascii(c.mark) BETWEEN z AND z + 9), c.mark),
             '' ORDER BY c.place)
      INTO plain FROM unnest(string_to_array(plain, NULL)) WITH ORDINALITY AS c (mark, place);
  END IF;
  RETURN regexp_replace(coalesce(plain, ''),
    '[\u0009-\u000D\u001C-\u001F\u0085\u00A0\u1680\u2000-\u200A\u2028-\u2029\u202F\u205F\u3000]', ' ', 'g');
END
$$;

-- Whether a text holds a card number or the data of a card's stripe: the rule of the tills (domain/cards.py), so that
-- no other client stores what a till refuses. 12 to 19 digits with a check digit, also in groups, or a number that card
-- schemes issue where other digits touch it.
CREATE FUNCTION boxoffice.looks_like_card_number(value text) RETURNS boolean
LANGUAGE plpgsql IMMUTABLE STRICT PARALLEL SAFE
SET search_path = pg_catalog, pg_temp AS $$
DECLARE
  plain text := boxoffice.plain_digits(value);
  run text;
  groups text[];
  digits text;
BEGIN
  IF plain ~* '[A-Z][0-9]{8,19}\^|;[0-9]{8,19}=|[0-9]{12,19}[=D][0-9]{4}' THEN
    RETURN true;
  END IF;
  FOR run IN SELECT hit[1] FROM regexp_matches(plain, '([0-9]+(?:[-[:space:]./_,:*|]{1,3}[0-9]+)*)', 'g') AS hit LOOP
    groups := regexp_split_to_array(run, '[^0-9]+');
    FOR start IN 1..cardinality(groups) LOOP
      digits := '';
      FOR place IN start..cardinality(groups) LOOP
        digits := digits || groups[place];
        EXIT WHEN length(digits) > 19;
        -- A row of one digit may pass and is nobody's card.
        IF length(digits) >= 12 AND replace(digits, left(digits, 1), '') <> '' AND boxoffice.passes_luhn(digits) THEN
          RETURN true;
        END IF;
      END LOOP;
    END LOOP;
    digits := array_to_string(groups, '');
    FOR start IN 1..length(digits) - 12 LOOP
      FOR size IN 13..least(19, length(digits) - start + 1) LOOP
        IF substr(digits, start, size)
             ~ '^(4[0-9]{12}([0-9]{3}){0,2}|5[0-9]{15}|2[2-7][0-9]{14}|3[47][0-9]{13}|3[0689][0-9]{12}|6[0-9]{15,18})$'
           AND boxoffice.passes_luhn(substr(digits, start, size)) THEN
          RETURN true;
        END IF;
      END LOOP;
    END LOOP;
  END LOOP;
  RETURN false;
END
$$;

CREATE TABLE boxoffice.movie (
  movie_id INTEGER GENERATED ALWAYS AS IDENTITY,
  title TEXT NOT NULL,
  title_key TEXT NOT NULL,
  latin_title TEXT,
  original_title TEXT,
  certificate TEXT DEFAULT '' NOT NULL,
  running_minutes INTEGER,
  genre TEXT DEFAULT '' NOT NULL,
  distributor TEXT DEFAULT '' NOT NULL,
  release_date DATE,
  release_year INTEGER GENERATED ALWAYS AS (EXTRACT(year FROM release_date)::integer) STORED,
  colour INTEGER DEFAULT 0 NOT NULL,
  has_poster BOOLEAN DEFAULT false NOT NULL,
  CONSTRAINT movie_pkey PRIMARY KEY (movie_id),
  CONSTRAINT movie_title_given CHECK (btrim(title) <> '' AND length(title) <= 500),
  CONSTRAINT movie_running_sane CHECK (running_minutes BETWEEN 1 AND 600),
  CONSTRAINT movie_colour_in_series CHECK (colour BETWEEN 0 AND 7)
);

CREATE UNIQUE INDEX movie_key ON boxoffice.movie (title_key, release_year) NULLS NOT DISTINCT;

CREATE TABLE boxoffice.venue (
  venue_id INTEGER GENERATED ALWAYS AS IDENTITY,
  name TEXT NOT NULL,
  city TEXT DEFAULT '' NOT NULL,
  time_zone TEXT NOT NULL,
  currency TEXT NOT NULL,
  locale TEXT NOT NULL,
  hold_seconds INTEGER DEFAULT 300 NOT NULL,
  hold_cap_seconds INTEGER DEFAULT 900 NOT NULL,
  basket_limit INTEGER DEFAULT 10 NOT NULL,
  reservation_minutes INTEGER DEFAULT 30 NOT NULL,
  reservation_limit INTEGER DEFAULT 30 NOT NULL,
  day_ends_at TIME WITHOUT TIME ZONE DEFAULT '06:00' NOT NULL,
  is_demo BOOLEAN DEFAULT false NOT NULL,
  CONSTRAINT venue_pkey PRIMARY KEY (venue_id),
  CONSTRAINT venue_name_given CHECK (btrim(name) <> '' AND length(name) <= 200),
  CONSTRAINT venue_currency_code CHECK (currency ~ '^[A-Z]{3}$'),
  CONSTRAINT venue_hold_sane CHECK (hold_seconds BETWEEN 30 AND 3600),
  CONSTRAINT venue_hold_cap_sane CHECK (hold_cap_seconds BETWEEN hold_seconds AND 7200),
  CONSTRAINT venue_basket_limit_sane CHECK (basket_limit BETWEEN 1 AND 100),
  CONSTRAINT venue_reservation_minutes_sane CHECK (reservation_minutes BETWEEN 0 AND 1440),
  CONSTRAINT venue_reservation_limit_sane CHECK (reservation_limit BETWEEN 1 AND 1000),
  CONSTRAINT venue_name_key UNIQUE (name)
);

CREATE TABLE boxoffice.area (
  area_id INTEGER GENERATED ALWAYS AS IDENTITY,
  venue_id INTEGER NOT NULL,
  name TEXT NOT NULL,
  letter TEXT NOT NULL,
  colour INTEGER NOT NULL,
  CONSTRAINT area_pkey PRIMARY KEY (area_id),
  CONSTRAINT area_venue_id_name_key UNIQUE (venue_id, name),
  CONSTRAINT area_venue_id_letter_key UNIQUE (venue_id, letter),
  CONSTRAINT area_name_given CHECK (btrim(name) <> ''),
  CONSTRAINT area_letter_short CHECK (length(letter) BETWEEN 1 AND 2),
  CONSTRAINT area_colour_in_series CHECK (colour BETWEEN 0 AND 7),
  CONSTRAINT area_venue_id_fkey FOREIGN KEY(venue_id) REFERENCES boxoffice.venue (venue_id)
);

CREATE TABLE boxoffice.hall (
  hall_id INTEGER GENERATED ALWAYS AS IDENTITY,
  venue_id INTEGER NOT NULL,
  name TEXT NOT NULL,
  layout_version INTEGER DEFAULT 1 NOT NULL,
  width DOUBLE PRECISION NOT NULL,
  height DOUBLE PRECISION NOT NULL,
  best_x DOUBLE PRECISION NOT NULL,
  best_y DOUBLE PRECISION NOT NULL,
  cleaning_minutes INTEGER DEFAULT 15 NOT NULL,
  plan JSONB DEFAULT '{}' NOT NULL,
  CONSTRAINT hall_pkey PRIMARY KEY (hall_id),
  CONSTRAINT hall_venue_id_name_key UNIQUE (venue_id, name),
  CONSTRAINT hall_name_given CHECK (btrim(name) <> '' AND length(name) <= 100),
  CONSTRAINT hall_size_positive CHECK (width > 0 AND height > 0),
  CONSTRAINT hall_cleaning_sane CHECK (cleaning_minutes BETWEEN 0 AND 240),
  CONSTRAINT hall_venue_id_fkey FOREIGN KEY(venue_id) REFERENCES boxoffice.venue (venue_id)
);

CREATE TABLE boxoffice.movie_poster (
  movie_id INTEGER NOT NULL,
  image BYTEA NOT NULL,
  CONSTRAINT movie_poster_pkey PRIMARY KEY (movie_id),
  CONSTRAINT movie_poster_image_capped CHECK (length(image) <= 2000000),
  CONSTRAINT movie_poster_movie_id_fkey FOREIGN KEY(movie_id) REFERENCES boxoffice.movie (movie_id)
);

CREATE TABLE boxoffice.price_list (
  price_list_id INTEGER GENERATED ALWAYS AS IDENTITY,
  venue_id INTEGER NOT NULL,
  name TEXT NOT NULL,
  priority INTEGER DEFAULT 0 NOT NULL,
  weekdays SMALLINT[],
  from_time TIME WITHOUT TIME ZONE,
  to_time TIME WITHOUT TIME ZONE,
  valid_from DATE,
  valid_to DATE,
  format TEXT,
  movie_id INTEGER,
  is_active BOOLEAN DEFAULT true NOT NULL,
  CONSTRAINT price_list_pkey PRIMARY KEY (price_list_id),
  CONSTRAINT price_list_venue_id_name_key UNIQUE (venue_id, name),
  CONSTRAINT price_list_times_in_order CHECK (from_time < to_time),
  CONSTRAINT price_list_dates_in_order CHECK (valid_from <= valid_to),
  CONSTRAINT price_list_weekdays_known CHECK (weekdays <@ ARRAY[1,2,3,4,5,6,7]::smallint[]),
  CONSTRAINT price_list_venue_id_fkey FOREIGN KEY(venue_id) REFERENCES boxoffice.venue (venue_id),
  CONSTRAINT price_list_movie_id_fkey FOREIGN KEY(movie_id) REFERENCES boxoffice.movie (movie_id)
);

CREATE TABLE boxoffice.staff (
  staff_id INTEGER GENERATED ALWAYS AS IDENTITY,
  venue_id INTEGER NOT NULL,
  user_name TEXT NOT NULL,
  display_name TEXT NOT NULL,
  is_active BOOLEAN DEFAULT true NOT NULL,
  CONSTRAINT staff_pkey PRIMARY KEY (staff_id),
  CONSTRAINT staff_user_name_folded CHECK (user_name = lower(btrim(user_name)) AND user_name <> ''),
  CONSTRAINT staff_display_name_given CHECK (btrim(display_name) <> '' AND length(display_name) <= 100),
  CONSTRAINT staff_venue_id_fkey FOREIGN KEY(venue_id) REFERENCES boxoffice.venue (venue_id),
  CONSTRAINT staff_user_name_key UNIQUE (user_name)
);

CREATE TABLE boxoffice.tax_rate (
  tax_rate_id INTEGER GENERATED ALWAYS AS IDENTITY,
  venue_id INTEGER NOT NULL,
  name TEXT NOT NULL,
  basis_points INTEGER NOT NULL,
  CONSTRAINT tax_rate_pkey PRIMARY KEY (tax_rate_id),
  CONSTRAINT tax_rate_venue_id_name_key UNIQUE (venue_id, name),
  CONSTRAINT tax_rate_rate_sane CHECK (basis_points BETWEEN 0 AND 10000),
  CONSTRAINT tax_rate_venue_id_fkey FOREIGN KEY(venue_id) REFERENCES boxoffice.venue (venue_id)
);

CREATE TABLE boxoffice.terminal (
  terminal_id INTEGER GENERATED ALWAYS AS IDENTITY,
  venue_id INTEGER NOT NULL,
  name TEXT NOT NULL,
  mark TEXT NOT NULL,
  login TEXT NOT NULL,
  revoked_at TIMESTAMP WITH TIME ZONE,
  CONSTRAINT terminal_pkey PRIMARY KEY (terminal_id),
  CONSTRAINT terminal_venue_id_name_key UNIQUE (venue_id, name),
  CONSTRAINT terminal_name_given CHECK (btrim(name) <> '' AND length(name) <= 60),
  CONSTRAINT terminal_mark_short CHECK (length(mark) BETWEEN 1 AND 2),
  CONSTRAINT terminal_venue_id_fkey FOREIGN KEY(venue_id) REFERENCES boxoffice.venue (venue_id),
  CONSTRAINT terminal_login_key UNIQUE (login)
);

CREATE TABLE boxoffice.ticket_type (
  ticket_type_id INTEGER GENERATED ALWAYS AS IDENTITY,
  venue_id INTEGER NOT NULL,
  name TEXT NOT NULL,
  position INTEGER,
  is_active BOOLEAN DEFAULT true NOT NULL,
  CONSTRAINT ticket_type_pkey PRIMARY KEY (ticket_type_id),
  CONSTRAINT ticket_type_venue_id_name_key UNIQUE (venue_id, name),
  CONSTRAINT ticket_type_name_given CHECK (btrim(name) <> '' AND length(name) <= 60),
  CONSTRAINT ticket_type_position_on_keys CHECK (position BETWEEN 1 AND 10),
  CONSTRAINT ticket_type_venue_id_fkey FOREIGN KEY(venue_id) REFERENCES boxoffice.venue (venue_id)
);

CREATE TABLE boxoffice.hold (
  hold_id UUID NOT NULL,
  kind TEXT NOT NULL,
  terminal_id INTEGER NOT NULL,
  staff_id INTEGER,
  name TEXT DEFAULT '' NOT NULL,
  reason TEXT DEFAULT '' NOT NULL,
  created_at TIMESTAMP WITH TIME ZONE DEFAULT clock_timestamp() NOT NULL,
  CONSTRAINT hold_pkey PRIMARY KEY (hold_id),
  CONSTRAINT hold_kind_known CHECK (kind IN ('basket', 'reservation', 'house', 'out_of_order')),
  CONSTRAINT hold_texts_short CHECK (length(name) <= 200 AND length(reason) <= 500),
  CONSTRAINT hold_terminal_id_fkey FOREIGN KEY(terminal_id) REFERENCES boxoffice.terminal (terminal_id),
  CONSTRAINT hold_staff_id_fkey FOREIGN KEY(staff_id) REFERENCES boxoffice.staff (staff_id)
);

CREATE TABLE boxoffice.price (
  price_list_id INTEGER NOT NULL,
  area_id INTEGER NOT NULL,
  ticket_type_id INTEGER NOT NULL,
  amount INTEGER NOT NULL,
  tax_rate_id INTEGER NOT NULL,
  CONSTRAINT price_pkey PRIMARY KEY (price_list_id, area_id, ticket_type_id),
  CONSTRAINT price_amount_sane CHECK (amount BETWEEN 0 AND 100000000),
  CONSTRAINT price_price_list_id_fkey FOREIGN KEY(price_list_id) REFERENCES boxoffice.price_list (price_list_id),
  CONSTRAINT price_area_id_fkey FOREIGN KEY(area_id) REFERENCES boxoffice.area (area_id),
  CONSTRAINT price_ticket_type_id_fkey FOREIGN KEY(ticket_type_id) REFERENCES boxoffice.ticket_type (ticket_type_id),
  CONSTRAINT price_tax_rate_id_fkey FOREIGN KEY(tax_rate_id) REFERENCES boxoffice.tax_rate (tax_rate_id)
);

CREATE TABLE boxoffice.sale (
  sale_id UUID NOT NULL,
  terminal_id INTEGER NOT NULL,
  staff_id INTEGER NOT NULL,
  shift_id UUID NOT NULL,
  number BIGINT NOT NULL,
  first_serial BIGINT NOT NULL,
  ticket_count SMALLINT NOT NULL,
  sold_at TIMESTAMP WITH TIME ZONE NOT NULL,
  currency TEXT NOT NULL,
  total BIGINT NOT NULL,
  CONSTRAINT sale_pkey PRIMARY KEY (sale_id),
  CONSTRAINT sale_terminal_id_number_key UNIQUE (terminal_id, number),
  CONSTRAINT sale_ticket_count_sane CHECK (ticket_count BETWEEN 0 AND 100),
  CONSTRAINT sale_total_not_negative CHECK (total >= 0),
  CONSTRAINT sale_terminal_id_fkey FOREIGN KEY(terminal_id) REFERENCES boxoffice.terminal (terminal_id),
  CONSTRAINT sale_staff_id_fkey FOREIGN KEY(staff_id) REFERENCES boxoffice.staff (staff_id)
);

CREATE INDEX sale_shift_ix ON boxoffice.sale (shift_id);

CREATE INDEX sale_sold_at_ix ON boxoffice.sale (sold_at);

CREATE TABLE boxoffice.seat (
  seat_id INTEGER GENERATED ALWAYS AS IDENTITY,
  hall_id INTEGER NOT NULL,
  zone TEXT DEFAULT '' NOT NULL,
  row_label TEXT NOT NULL,
  number TEXT NOT NULL,
  name TEXT NOT NULL,
  x DOUBLE PRECISION NOT NULL,
  y DOUBLE PRECISION NOT NULL,
  area_id INTEGER NOT NULL,
  kind TEXT DEFAULT 'standard' NOT NULL,
  guid TEXT DEFAULT '' NOT NULL,
  retired_at TIMESTAMP WITH TIME ZONE,
  CONSTRAINT seat_pkey PRIMARY KEY (seat_id),
  CONSTRAINT seat_labelled CHECK (btrim(row_label) <> '' AND btrim(number) <> '' AND btrim(name) <> ''),
  CONSTRAINT seat_label_short CHECK (length(zone) <= 60 AND length(row_label) <= 10 AND length(number) <= 10),
  CONSTRAINT seat_kind_known CHECK (kind IN ('standard', 'wheelchair', 'companion', 'love_seat', 'recliner')),
  CONSTRAINT seat_hall_id_fkey FOREIGN KEY(hall_id) REFERENCES boxoffice.hall (hall_id),
  CONSTRAINT seat_area_id_fkey FOREIGN KEY(area_id) REFERENCES boxoffice.area (area_id)
);

CREATE UNIQUE INDEX seat_place_key ON boxoffice.seat (hall_id, zone, row_label, number) WHERE retired_at IS NULL;

CREATE TABLE boxoffice.seat_activity (
  activity_id BIGINT GENERATED ALWAYS AS IDENTITY,
  show_id INTEGER NOT NULL,
  at TIMESTAMP WITH TIME ZONE DEFAULT clock_timestamp() NOT NULL,
  terminal_id INTEGER,
  staff_id INTEGER,
  what TEXT NOT NULL,
  seat_ids INTEGER[] NOT NULL,
  CONSTRAINT seat_activity_pkey PRIMARY KEY (activity_id),
  CONSTRAINT seat_activity_what_known CHECK (what IN ('held', 'released', 'sold', 'refunded')),
  CONSTRAINT seat_activity_terminal_id_fkey FOREIGN KEY(terminal_id) REFERENCES boxoffice.terminal (terminal_id),
  CONSTRAINT seat_activity_staff_id_fkey FOREIGN KEY(staff_id) REFERENCES boxoffice.staff (staff_id)
);

CREATE INDEX seat_activity_show_ix ON boxoffice.seat_activity (show_id, activity_id);

CREATE TABLE boxoffice.show (
  show_id INTEGER GENERATED ALWAYS AS IDENTITY,
  movie_id INTEGER NOT NULL,
  hall_id INTEGER NOT NULL,
  starts_at TIMESTAMP WITH TIME ZONE NOT NULL,
  ends_at TIMESTAMP WITH TIME ZONE NOT NULL,
  occupies TSTZRANGE NOT NULL,
  format TEXT DEFAULT '2D' NOT NULL,
  language TEXT DEFAULT '' NOT NULL,
  status TEXT DEFAULT 'draft' NOT NULL,
  price_list_id INTEGER,
  CONSTRAINT show_pkey PRIMARY KEY (show_id),
  CONSTRAINT show_ends_after_start CHECK (ends_at > starts_at),
  CONSTRAINT show_occupies_whole_show CHECK (lower(occupies) <= starts_at AND upper(occupies) >= ends_at AND upper(occupies) < 'infinity'),
  CONSTRAINT show_status_known CHECK (status IN ('draft', 'on_sale', 'closed', 'cancelled')),
  CONSTRAINT show_hall_is_free EXCLUDE USING gist (int8range(hall_id::bigint, hall_id::bigint, '[]') WITH &&, occupies WITH &&) WHERE (status <> 'cancelled'),
  CONSTRAINT show_movie_id_fkey FOREIGN KEY(movie_id) REFERENCES boxoffice.movie (movie_id),
  CONSTRAINT show_hall_id_fkey FOREIGN KEY(hall_id) REFERENCES boxoffice.hall (hall_id),
  CONSTRAINT show_price_list_id_fkey FOREIGN KEY(price_list_id) REFERENCES boxoffice.price_list (price_list_id)
);

CREATE INDEX show_starts_at_ix ON boxoffice.show (starts_at);

CREATE TABLE boxoffice.staff_permission (
  staff_id INTEGER NOT NULL,
  permission TEXT NOT NULL,
  CONSTRAINT staff_permission_pkey PRIMARY KEY (staff_id, permission),
  CONSTRAINT staff_permission_permission_word CHECK (permission ~ '^[a-z_]{3,40}$'),
  CONSTRAINT staff_permission_staff_id_fkey FOREIGN KEY(staff_id) REFERENCES boxoffice.staff (staff_id)
);

CREATE TABLE boxoffice.staff_secret (
  staff_id INTEGER NOT NULL,
  salt BYTEA NOT NULL,
  key_hash BYTEA NOT NULL,
  failures INTEGER DEFAULT 0 NOT NULL,
  wait_until TIMESTAMP WITH TIME ZONE,
  CONSTRAINT staff_secret_pkey PRIMARY KEY (staff_id),
  CONSTRAINT staff_secret_staff_id_fkey FOREIGN KEY(staff_id) REFERENCES boxoffice.staff (staff_id)
);

CREATE TABLE boxoffice.staff_session (
  staff_session_id BIGINT GENERATED ALWAYS AS IDENTITY,
  staff_id INTEGER NOT NULL,
  terminal_id INTEGER NOT NULL,
  token_hash BYTEA NOT NULL,
  started_at TIMESTAMP WITH TIME ZONE DEFAULT clock_timestamp() NOT NULL,
  ended_at TIMESTAMP WITH TIME ZONE,
  CONSTRAINT staff_session_pkey PRIMARY KEY (staff_session_id),
  CONSTRAINT staff_session_staff_id_fkey FOREIGN KEY(staff_id) REFERENCES boxoffice.staff (staff_id),
  CONSTRAINT staff_session_terminal_id_fkey FOREIGN KEY(terminal_id) REFERENCES boxoffice.terminal (terminal_id)
);

CREATE UNIQUE INDEX staff_session_token_key ON boxoffice.staff_session (token_hash);

CREATE TABLE boxoffice.shift (
  shift_id UUID NOT NULL,
  terminal_id INTEGER NOT NULL,
  number BIGINT NOT NULL,
  opened_by INTEGER NOT NULL,
  opened_at TIMESTAMP WITH TIME ZONE NOT NULL,
  currency TEXT NOT NULL,
  CONSTRAINT shift_pkey PRIMARY KEY (shift_id),
  CONSTRAINT shift_terminal_id_number_key UNIQUE (terminal_id, number),
  CONSTRAINT shift_terminal_id_fkey FOREIGN KEY(terminal_id) REFERENCES boxoffice.terminal (terminal_id),
  CONSTRAINT shift_opened_by_fkey FOREIGN KEY(opened_by) REFERENCES boxoffice.staff (staff_id)
);

CREATE TABLE boxoffice.terminal_chain (
  terminal_id INTEGER NOT NULL,
  sale_number BIGINT DEFAULT 0 NOT NULL,
  ticket_serial BIGINT DEFAULT 0 NOT NULL,
  shift_id UUID,
  shift_number BIGINT DEFAULT 0 NOT NULL,
  refund_number BIGINT DEFAULT 0 NOT NULL,
  journal_number BIGINT DEFAULT 0 NOT NULL,
  journal_hash BYTEA DEFAULT decode(repeat('00', 32), 'hex') NOT NULL,
  CONSTRAINT terminal_chain_pkey PRIMARY KEY (terminal_id),
  CONSTRAINT terminal_chain_terminal_id_fkey FOREIGN KEY(terminal_id) REFERENCES boxoffice.terminal (terminal_id),
  CONSTRAINT terminal_chain_shift_id_fkey FOREIGN KEY(shift_id) REFERENCES boxoffice.shift (shift_id)
) WITH (fillfactor = 50);

CREATE UNLOGGED TABLE boxoffice.backend_session (
  pid INTEGER NOT NULL,
  backend_start TIMESTAMP WITH TIME ZONE NOT NULL,
  staff_session_id BIGINT NOT NULL,
  CONSTRAINT backend_session_pkey PRIMARY KEY (pid),
  CONSTRAINT backend_session_staff_session_id_fkey FOREIGN KEY(staff_session_id) REFERENCES boxoffice.staff_session (staff_session_id)
);

CREATE UNLOGGED TABLE boxoffice.sign_in_try (
  terminal_id INTEGER NOT NULL,
  staff_id INTEGER,
  key_hash BYTEA NOT NULL,
  xact TEXT NOT NULL,
  at TIMESTAMP WITH TIME ZONE DEFAULT clock_timestamp() NOT NULL,
  CONSTRAINT sign_in_try_pkey PRIMARY KEY (terminal_id),
  CONSTRAINT sign_in_try_terminal_id_fkey FOREIGN KEY(terminal_id) REFERENCES boxoffice.terminal (terminal_id),
  CONSTRAINT sign_in_try_staff_id_fkey FOREIGN KEY(staff_id) REFERENCES boxoffice.staff (staff_id)
);

CREATE TABLE boxoffice.journal (
  terminal_id INTEGER NOT NULL,
  number BIGINT NOT NULL,
  at TIMESTAMP WITH TIME ZONE NOT NULL,
  kind TEXT NOT NULL,
  sale_id UUID,
  subject UUID,
  body TEXT NOT NULL,
  previous_hash BYTEA NOT NULL,
  hash BYTEA NOT NULL,
  CONSTRAINT journal_pkey PRIMARY KEY (terminal_id, number),
  CONSTRAINT journal_kind_known CHECK (kind IN ('sale', 'refund', 'payout', 'shift', 'cash', 'z', 'reprint', 'report')),
  CONSTRAINT journal_subject_named CHECK ((kind = 'sale') = (subject IS NULL)),
  CONSTRAINT journal_terminal_id_fkey FOREIGN KEY(terminal_id) REFERENCES boxoffice.terminal (terminal_id),
  CONSTRAINT journal_sale_id_fkey FOREIGN KEY(sale_id) REFERENCES boxoffice.sale (sale_id)
);

CREATE UNIQUE INDEX journal_sale_key ON boxoffice.journal (sale_id) WHERE kind = 'sale';

CREATE UNIQUE INDEX journal_subject_key ON boxoffice.journal (subject, kind) WHERE subject IS NOT NULL;

CREATE TABLE boxoffice.payment (
  payment_id BIGINT GENERATED ALWAYS AS IDENTITY,
  sale_id UUID NOT NULL,
  line SMALLINT NOT NULL,
  kind TEXT NOT NULL,
  amount BIGINT NOT NULL,
  given BIGINT NOT NULL,
  reference TEXT DEFAULT '' NOT NULL,
  rounding SMALLINT DEFAULT 0 NOT NULL,
  gift_card_id BIGINT,
  origin TEXT,
  CONSTRAINT payment_pkey PRIMARY KEY (payment_id),
  CONSTRAINT payment_sale_id_line_key UNIQUE (sale_id, line),
  CONSTRAINT payment_line_from_one CHECK (line >= 1),
  CONSTRAINT payment_kind_known CHECK (kind IN ('cash', 'card', 'gift_card', 'exchange')),
  CONSTRAINT payment_amount_not_negative CHECK (amount > 0 OR (amount = 0 AND given = 0)),
  CONSTRAINT payment_given_covers CHECK (given >= amount + rounding AND (kind = 'cash' OR given = amount)),
  CONSTRAINT payment_rounding_of_cash CHECK (rounding BETWEEN -250 AND 250 AND (rounding = 0 OR kind = 'cash')),
  CONSTRAINT payment_gift_card_named CHECK ((kind = 'gift_card') = (gift_card_id IS NOT NULL)),
  CONSTRAINT payment_origin_of_exchange CHECK (CASE WHEN kind = 'exchange' THEN origin IN ('cash', 'card', 'gift_card') ELSE origin IS NULL END),
  CONSTRAINT payment_reference_harmless CHECK (length(reference) <= 40 AND NOT boxoffice.looks_like_card_number(reference)),
  CONSTRAINT payment_sale_id_fkey FOREIGN KEY(sale_id) REFERENCES boxoffice.sale (sale_id)
);

CREATE UNIQUE INDEX payment_exchange_key ON boxoffice.payment (sale_id, origin) WHERE kind = 'exchange';

CREATE TABLE boxoffice.show_price (
  show_id INTEGER NOT NULL,
  area_id INTEGER NOT NULL,
  ticket_type_id INTEGER NOT NULL,
  amount INTEGER NOT NULL,
  tax INTEGER NOT NULL,
  tax_rate_id INTEGER NOT NULL,
  CONSTRAINT show_price_pkey PRIMARY KEY (show_id, area_id, ticket_type_id),
  CONSTRAINT show_price_amount_sane CHECK (amount BETWEEN 0 AND 100000000),
  CONSTRAINT show_price_tax_inside CHECK (tax BETWEEN 0 AND amount),
  CONSTRAINT show_price_show_id_fkey FOREIGN KEY(show_id) REFERENCES boxoffice.show (show_id),
  CONSTRAINT show_price_area_id_fkey FOREIGN KEY(area_id) REFERENCES boxoffice.area (area_id),
  CONSTRAINT show_price_ticket_type_id_fkey FOREIGN KEY(ticket_type_id) REFERENCES boxoffice.ticket_type (ticket_type_id),
  CONSTRAINT show_price_tax_rate_id_fkey FOREIGN KEY(tax_rate_id) REFERENCES boxoffice.tax_rate (tax_rate_id)
);

CREATE TABLE boxoffice.show_seat (
  show_id INTEGER NOT NULL,
  seat_id INTEGER NOT NULL,
  state TEXT DEFAULT 'available' NOT NULL,
  area_id INTEGER NOT NULL,
  hold_id UUID,
  held_by INTEGER,
  held_until TIMESTAMP WITH TIME ZONE,
  ticket_id BIGINT,
  CONSTRAINT show_seat_pkey PRIMARY KEY (show_id, seat_id),
  CONSTRAINT show_seat_show_id_fkey FOREIGN KEY(show_id) REFERENCES boxoffice.show (show_id),
  CONSTRAINT show_seat_seat_id_fkey FOREIGN KEY(seat_id) REFERENCES boxoffice.seat (seat_id),
  CONSTRAINT show_seat_state_consistent CHECK (CASE state WHEN 'available' THEN hold_id IS NULL AND held_by IS NULL AND held_until IS NULL AND ticket_id IS NULL WHEN 'held' THEN hold_id IS NOT NULL AND held_by IS NOT NULL AND ticket_id IS NULL WHEN 'sold' THEN hold_id IS NULL AND held_by IS NULL AND held_until IS NULL AND ticket_id IS NOT NULL ELSE false END),
  CONSTRAINT show_seat_area_id_fkey FOREIGN KEY(area_id) REFERENCES boxoffice.area (area_id),
  CONSTRAINT show_seat_hold_id_fkey FOREIGN KEY(hold_id) REFERENCES boxoffice.hold (hold_id)
) WITH (fillfactor = 70);

CREATE TABLE boxoffice.ticket (
  ticket_id BIGINT GENERATED ALWAYS AS IDENTITY,
  sale_id UUID NOT NULL,
  line SMALLINT NOT NULL,
  terminal_id INTEGER NOT NULL,
  serial BIGINT NOT NULL,
  show_id INTEGER NOT NULL,
  seat_id INTEGER NOT NULL,
  area_id INTEGER NOT NULL,
  ticket_type_id INTEGER NOT NULL,
  amount BIGINT NOT NULL,
  tax BIGINT NOT NULL,
  tax_rate_id INTEGER NOT NULL,
  code BYTEA NOT NULL,
  voided_by UUID,
  CONSTRAINT ticket_pkey PRIMARY KEY (ticket_id),
  CONSTRAINT ticket_show_id_seat_id_fkey FOREIGN KEY(show_id, seat_id) REFERENCES boxoffice.show_seat (show_id, seat_id),
  CONSTRAINT ticket_sale_id_line_key UNIQUE (sale_id, line),
  CONSTRAINT ticket_terminal_id_serial_key UNIQUE (terminal_id, serial),
  CONSTRAINT ticket_code_key UNIQUE (code),
  CONSTRAINT ticket_line_from_one CHECK (line >= 1),
  CONSTRAINT ticket_code_is_128_bits CHECK (length(code) = 16),
  CONSTRAINT ticket_amounts_sane CHECK (amount >= 0 AND tax BETWEEN 0 AND amount),
  CONSTRAINT ticket_sale_id_fkey FOREIGN KEY(sale_id) REFERENCES boxoffice.sale (sale_id)
);

CREATE UNIQUE INDEX ticket_seat_sold_once ON boxoffice.ticket (show_id, seat_id) WHERE voided_by IS NULL;

CREATE TABLE boxoffice.reservation (
  hold_id UUID NOT NULL,
  venue_id INTEGER NOT NULL,
  show_id INTEGER NOT NULL,
  code TEXT NOT NULL,
  name_key TEXT DEFAULT '' NOT NULL,
  phone TEXT DEFAULT '' NOT NULL,
  collect_by TIMESTAMP WITH TIME ZONE NOT NULL,
  CONSTRAINT reservation_pkey PRIMARY KEY (hold_id),
  CONSTRAINT reservation_venue_id_code_key UNIQUE (venue_id, code),
  CONSTRAINT reservation_code_readable CHECK (code ~ '^[A-HJ-NP-Z2-9]{6}$'),
  CONSTRAINT reservation_phone_digits CHECK (phone ~ '^([+]?[0-9]{3,20})?$'),
  CONSTRAINT reservation_somebody CHECK (name_key <> '' OR phone <> ''),
  CONSTRAINT reservation_hold_id_fkey FOREIGN KEY(hold_id) REFERENCES boxoffice.hold (hold_id),
  CONSTRAINT reservation_venue_id_fkey FOREIGN KEY(venue_id) REFERENCES boxoffice.venue (venue_id),
  CONSTRAINT reservation_show_id_fkey FOREIGN KEY(show_id) REFERENCES boxoffice.show (show_id)
);

CREATE INDEX reservation_name_ix ON boxoffice.reservation (name_key text_pattern_ops);

CREATE INDEX reservation_phone_ix ON boxoffice.reservation (phone);

CREATE INDEX reservation_show_ix ON boxoffice.reservation (show_id);

CREATE TABLE boxoffice.reservation_seat (
  hold_id UUID NOT NULL,
  seat_id INTEGER NOT NULL,
  served_by INTEGER,
  served_at TIMESTAMP WITH TIME ZONE,
  CONSTRAINT reservation_seat_pkey PRIMARY KEY (hold_id, seat_id),
  CONSTRAINT reservation_seat_served_consistent CHECK ((served_by IS NULL) = (served_at IS NULL)),
  CONSTRAINT reservation_seat_hold_id_fkey FOREIGN KEY(hold_id) REFERENCES boxoffice.reservation (hold_id),
  CONSTRAINT reservation_seat_seat_id_fkey FOREIGN KEY(seat_id) REFERENCES boxoffice.seat (seat_id)
);

CREATE TABLE boxoffice.adjustment (
  sale_id UUID NOT NULL,
  line SMALLINT NOT NULL,
  ticket_line SMALLINT,
  kind TEXT NOT NULL,
  amount BIGINT NOT NULL,
  tax BIGINT NOT NULL,
  tax_rate_id INTEGER,
  promotion_id INTEGER,
  promotion_code_id BIGINT,
  approval_id UUID,
  gift_card_id BIGINT,
  reason TEXT DEFAULT '' NOT NULL,
  carried_from BIGINT,
  CONSTRAINT adjustment_pkey PRIMARY KEY (sale_id, line),
  CONSTRAINT adjustment_line_from_one CHECK (line >= 1),
  CONSTRAINT adjustment_kind_known CHECK (kind IN ('promotion', 'complimentary', 'manual', 'fee', 'gift_card')),
  CONSTRAINT adjustment_sign_fits_kind CHECK (CASE kind WHEN 'fee' THEN amount > 0 WHEN 'gift_card' THEN amount > 0 AND tax = 0 WHEN 'manual' THEN amount <> 0 ELSE amount < 0 END),
  CONSTRAINT adjustment_tax_inside CHECK (abs(tax) <= abs(amount) AND amount::numeric * tax >= 0),
  CONSTRAINT adjustment_names_what_allows_it CHECK (CASE kind WHEN 'promotion' THEN promotion_id IS NOT NULL AND ticket_line IS NOT NULL WHEN 'gift_card' THEN gift_card_id IS NOT NULL AND ticket_line IS NULL WHEN 'fee' THEN ticket_line IS NOT NULL ELSE approval_id IS NOT NULL AND ticket_line IS NOT NULL END),
  CONSTRAINT adjustment_reason_short CHECK (length(reason) <= 500),
  CONSTRAINT adjustment_carried_for_a_ticket CHECK (carried_from IS NULL OR ticket_line IS NOT NULL),
  CONSTRAINT adjustment_sale_id_fkey FOREIGN KEY(sale_id) REFERENCES boxoffice.sale (sale_id),
  CONSTRAINT adjustment_carried_from_fkey FOREIGN KEY(carried_from) REFERENCES boxoffice.ticket (ticket_id)
);

CREATE INDEX adjustment_carried_ix ON boxoffice.adjustment (carried_from) WHERE carried_from IS NOT NULL;

CREATE TABLE boxoffice.cash_movement (
  movement_id UUID NOT NULL,
  shift_id UUID NOT NULL,
  terminal_id INTEGER NOT NULL,
  staff_id INTEGER NOT NULL,
  at TIMESTAMP WITH TIME ZONE NOT NULL,
  kind TEXT NOT NULL,
  amount BIGINT NOT NULL,
  reason TEXT DEFAULT '' NOT NULL,
  approval_id UUID,
  CONSTRAINT cash_movement_pkey PRIMARY KEY (movement_id),
  CONSTRAINT cash_movement_kind_known CHECK (kind IN ('float', 'pay_in', 'pay_out', 'drop', 'drawer', 'count')),
  CONSTRAINT cash_movement_amount_sane CHECK (amount BETWEEN 0 AND 100000000000),
  CONSTRAINT cash_movement_amount_given CHECK ((kind IN ('pay_in', 'pay_out', 'drop')) <= (amount > 0)),
  CONSTRAINT cash_movement_drawer_moves_nothing CHECK (kind <> 'drawer' OR amount = 0),
  CONSTRAINT cash_movement_pay_out_has_reason CHECK (kind <> 'pay_out' OR btrim(reason) <> ''),
  CONSTRAINT cash_movement_reason_short CHECK (length(reason) <= 500),
  CONSTRAINT cash_movement_shift_id_fkey FOREIGN KEY(shift_id) REFERENCES boxoffice.shift (shift_id),
  CONSTRAINT cash_movement_terminal_id_fkey FOREIGN KEY(terminal_id) REFERENCES boxoffice.terminal (terminal_id),
  CONSTRAINT cash_movement_staff_id_fkey FOREIGN KEY(staff_id) REFERENCES boxoffice.staff (staff_id)
);

CREATE UNIQUE INDEX cash_movement_count_key ON boxoffice.cash_movement (shift_id) WHERE kind = 'count';

CREATE UNIQUE INDEX cash_movement_float_key ON boxoffice.cash_movement (shift_id) WHERE kind = 'float';

CREATE INDEX cash_movement_shift_ix ON boxoffice.cash_movement (shift_id);

CREATE TABLE boxoffice.cash_count (
  movement_id UUID NOT NULL,
  denomination BIGINT NOT NULL,
  pieces INTEGER NOT NULL,
  CONSTRAINT cash_count_pkey PRIMARY KEY (movement_id, denomination),
  CONSTRAINT cash_count_denomination_positive CHECK (denomination > 0),
  CONSTRAINT cash_count_pieces_sane CHECK (pieces BETWEEN 1 AND 1000000),
  CONSTRAINT cash_count_movement_id_fkey FOREIGN KEY(movement_id) REFERENCES boxoffice.cash_movement (movement_id)
);

CREATE TABLE boxoffice.z_report (
  shift_id UUID NOT NULL,
  terminal_id INTEGER NOT NULL,
  number BIGINT NOT NULL,
  closed_by INTEGER NOT NULL,
  closed_at TIMESTAMP WITH TIME ZONE NOT NULL,
  expected_cash BIGINT NOT NULL,
  counted_cash BIGINT NOT NULL,
  reason TEXT DEFAULT '' NOT NULL,
  body TEXT NOT NULL,
  journal_number BIGINT NOT NULL,
  journal_hash BYTEA NOT NULL,
  CONSTRAINT z_report_pkey PRIMARY KEY (shift_id),
  CONSTRAINT z_report_terminal_id_number_key UNIQUE (terminal_id, number),
  CONSTRAINT z_report_reason_short CHECK (length(reason) <= 500),
  CONSTRAINT z_report_shift_id_fkey FOREIGN KEY(shift_id) REFERENCES boxoffice.shift (shift_id),
  CONSTRAINT z_report_terminal_id_fkey FOREIGN KEY(terminal_id) REFERENCES boxoffice.terminal (terminal_id),
  CONSTRAINT z_report_closed_by_fkey FOREIGN KEY(closed_by) REFERENCES boxoffice.staff (staff_id)
);

CREATE TABLE boxoffice.approval (
  approval_id UUID NOT NULL,
  terminal_id INTEGER NOT NULL,
  act TEXT NOT NULL,
  subject UUID NOT NULL,
  amount BIGINT NOT NULL,
  reason TEXT DEFAULT '' NOT NULL,
  asked_by INTEGER NOT NULL,
  approved_by INTEGER NOT NULL,
  granted_at TIMESTAMP WITH TIME ZONE NOT NULL,
  expires_at TIMESTAMP WITH TIME ZONE NOT NULL,
  used_at TIMESTAMP WITH TIME ZONE,
  used_for UUID,
  CONSTRAINT approval_pkey PRIMARY KEY (approval_id),
  CONSTRAINT approval_act_word CHECK (act ~ '^[a-z_]{3,40}$'),
  CONSTRAINT approval_reason_short CHECK (length(reason) <= 500),
  CONSTRAINT approval_use_consistent CHECK ((used_at IS NULL) = (used_for IS NULL)),
  CONSTRAINT approval_terminal_id_fkey FOREIGN KEY(terminal_id) REFERENCES boxoffice.terminal (terminal_id),
  CONSTRAINT approval_asked_by_fkey FOREIGN KEY(asked_by) REFERENCES boxoffice.staff (staff_id),
  CONSTRAINT approval_approved_by_fkey FOREIGN KEY(approved_by) REFERENCES boxoffice.staff (staff_id)
);

CREATE TABLE boxoffice.refund (
  refund_id UUID NOT NULL,
  sale_id UUID NOT NULL,
  kind TEXT NOT NULL,
  terminal_id INTEGER NOT NULL,
  staff_id INTEGER NOT NULL,
  shift_id UUID,
  number BIGINT NOT NULL,
  refunded_at TIMESTAMP WITH TIME ZONE NOT NULL,
  currency TEXT NOT NULL,
  total BIGINT NOT NULL,
  reason TEXT DEFAULT '' NOT NULL,
  new_sale_id UUID,
  approval_id UUID,
  CONSTRAINT refund_pkey PRIMARY KEY (refund_id),
  CONSTRAINT refund_terminal_id_number_key UNIQUE (terminal_id, number),
  CONSTRAINT refund_kind_known CHECK (kind IN ('refund', 'void', 'exchange', 'cancellation')),
  CONSTRAINT refund_total_not_negative CHECK (total >= 0),
  CONSTRAINT refund_exchange_has_new_sale CHECK ((kind = 'exchange') = (new_sale_id IS NOT NULL)),
  CONSTRAINT refund_in_a_shift CHECK (kind = 'cancellation' OR shift_id IS NOT NULL),
  CONSTRAINT refund_reason_short CHECK (length(reason) <= 500),
  CONSTRAINT refund_sale_id_fkey FOREIGN KEY(sale_id) REFERENCES boxoffice.sale (sale_id),
  CONSTRAINT refund_terminal_id_fkey FOREIGN KEY(terminal_id) REFERENCES boxoffice.terminal (terminal_id),
  CONSTRAINT refund_staff_id_fkey FOREIGN KEY(staff_id) REFERENCES boxoffice.staff (staff_id),
  CONSTRAINT refund_shift_id_fkey FOREIGN KEY(shift_id) REFERENCES boxoffice.shift (shift_id),
  CONSTRAINT refund_new_sale_id_fkey FOREIGN KEY(new_sale_id) REFERENCES boxoffice.sale (sale_id) DEFERRABLE INITIALLY DEFERRED
);

CREATE UNIQUE INDEX refund_new_sale_key ON boxoffice.refund (new_sale_id);

CREATE INDEX refund_sale_ix ON boxoffice.refund (sale_id);

CREATE INDEX refund_shift_ix ON boxoffice.refund (shift_id);

CREATE TABLE boxoffice.refund_line (
  refund_id UUID NOT NULL,
  line SMALLINT NOT NULL,
  ticket_id BIGINT NOT NULL,
  amount BIGINT NOT NULL,
  tax BIGINT NOT NULL,
  CONSTRAINT refund_line_pkey PRIMARY KEY (refund_id, line),
  CONSTRAINT refund_line_ticket_id_key UNIQUE (ticket_id),
  CONSTRAINT refund_line_amounts_sane CHECK (amount >= 0 AND tax BETWEEN 0 AND amount),
  CONSTRAINT refund_line_refund_id_fkey FOREIGN KEY(refund_id) REFERENCES boxoffice.refund (refund_id),
  CONSTRAINT refund_line_ticket_id_fkey FOREIGN KEY(ticket_id) REFERENCES boxoffice.ticket (ticket_id)
);

CREATE TABLE boxoffice.refund_payment (
  refund_id UUID NOT NULL,
  line SMALLINT NOT NULL,
  payment_id BIGINT NOT NULL,
  kind TEXT NOT NULL,
  amount BIGINT NOT NULL,
  rounding SMALLINT DEFAULT '0' NOT NULL,
  reference TEXT DEFAULT '' NOT NULL,
  CONSTRAINT refund_payment_pkey PRIMARY KEY (refund_id, line),
  CONSTRAINT refund_payment_refund_id_payment_id_kind_key UNIQUE (refund_id, payment_id, kind),
  CONSTRAINT refund_payment_kind_known CHECK (kind IN ('cash', 'card', 'gift_card', 'exchange', 'owed')),
  CONSTRAINT refund_payment_amount_positive CHECK (amount > 0),
  CONSTRAINT refund_payment_rounding_of_cash CHECK (rounding BETWEEN -250 AND 250 AND (rounding = 0 OR kind = 'cash')),
  CONSTRAINT refund_payment_reference_harmless CHECK (length(reference) <= 40 AND NOT boxoffice.looks_like_card_number(reference)),
  CONSTRAINT refund_payment_refund_id_fkey FOREIGN KEY(refund_id) REFERENCES boxoffice.refund (refund_id),
  CONSTRAINT refund_payment_payment_id_fkey FOREIGN KEY(payment_id) REFERENCES boxoffice.payment (payment_id)
);

CREATE INDEX refund_payment_payment_ix ON boxoffice.refund_payment (payment_id);

CREATE TABLE boxoffice.payout (
  payout_id UUID NOT NULL,
  refund_id UUID NOT NULL,
  line SMALLINT NOT NULL,
  terminal_id INTEGER NOT NULL,
  staff_id INTEGER NOT NULL,
  shift_id UUID NOT NULL,
  paid_at TIMESTAMP WITH TIME ZONE NOT NULL,
  amount BIGINT NOT NULL,
  rounding SMALLINT DEFAULT '0' NOT NULL,
  CONSTRAINT payout_pkey PRIMARY KEY (payout_id),
  CONSTRAINT payout_refund_id_line_fkey FOREIGN KEY(refund_id, line) REFERENCES boxoffice.refund_payment (refund_id, line),
  CONSTRAINT payout_refund_id_line_key UNIQUE (refund_id, line),
  CONSTRAINT payout_amount_positive CHECK (amount > 0),
  CONSTRAINT payout_rounding_sane CHECK (rounding BETWEEN -250 AND 250),
  CONSTRAINT payout_terminal_id_fkey FOREIGN KEY(terminal_id) REFERENCES boxoffice.terminal (terminal_id),
  CONSTRAINT payout_staff_id_fkey FOREIGN KEY(staff_id) REFERENCES boxoffice.staff (staff_id),
  CONSTRAINT payout_shift_id_fkey FOREIGN KEY(shift_id) REFERENCES boxoffice.shift (shift_id)
);

CREATE INDEX payout_shift_ix ON boxoffice.payout (shift_id);

ALTER TABLE boxoffice.show_seat ADD CONSTRAINT show_seat_ticket_id_fkey FOREIGN KEY (ticket_id) REFERENCES boxoffice.ticket (ticket_id);
