-- Cash that moves beside sales, and the end of a shift. No till writes these tables: three functions do, each of them one
-- act with its checks, its rows and its journal entry. What they wrote stays as it is.

-- Above the first somebody with `approve` or `manage_shifts` pays out or says yes; above the second a count needs a reason.
ALTER TABLE boxoffice.venue
  ADD COLUMN pay_out_limit BIGINT DEFAULT 5000 NOT NULL,
  ADD COLUMN difference_limit BIGINT DEFAULT 500 NOT NULL,
  ADD CONSTRAINT venue_cash_limits_sane CHECK (pay_out_limit BETWEEN 0 AND 100000000000 AND difference_limit BETWEEN 0 AND 100000000000);
GRANT UPDATE (pay_out_limit, difference_limit) ON boxoffice.venue TO boxoffice_till;

CREATE FUNCTION boxoffice.guard_cash_stays() RETURNS trigger
LANGUAGE plpgsql
SET search_path = pg_catalog, pg_temp AS $$
BEGIN
  RAISE EXCEPTION 'Shifts, their cash and their reports are never changed.' USING ERRCODE = 'BX409';
END
$$;

CREATE TRIGGER shift_stays BEFORE UPDATE OR DELETE OR TRUNCATE ON boxoffice.shift
FOR EACH STATEMENT EXECUTE FUNCTION boxoffice.guard_cash_stays();
CREATE TRIGGER cash_movement_stays BEFORE UPDATE OR DELETE OR TRUNCATE ON boxoffice.cash_movement
FOR EACH STATEMENT EXECUTE FUNCTION boxoffice.guard_cash_stays();
CREATE TRIGGER cash_count_stays BEFORE UPDATE OR DELETE OR TRUNCATE ON boxoffice.cash_count
FOR EACH STATEMENT EXECUTE FUNCTION boxoffice.guard_cash_stays();
CREATE TRIGGER z_report_stays BEFORE UPDATE OR DELETE OR TRUNCATE ON boxoffice.z_report
FOR EACH STATEMENT EXECUTE FUNCTION boxoffice.guard_cash_stays();

-- Writes a movement with its pieces and its journal entry; the terminal's chain row is locked already. The pieces of a
-- float or a count must come to its amount, other kinds have none. `p_approved` is the approval's line for the journal.
CREATE FUNCTION boxoffice.write_cash(
  moved boxoffice.cash_movement, p_denominations bigint[], p_pieces integer[], p_approved text) RETURNS bytea
LANGUAGE plpgsql SECURITY DEFINER
SET search_path = pg_catalog, pg_temp AS $$
DECLARE
  counted record;
BEGIN
  SELECT coalesce(sum(c.denomination::numeric * c.pieces), 0) AS total, count(*) AS lines,
         count(DISTINCT c.denomination) AS kinds,
         bool_and(coalesce(c.denomination > 0 AND c.pieces BETWEEN 1 AND 1000000, false)) AS is_sane,
         string_agg(concat_ws('|', 'pieces', c.denomination, c.pieces), E'\n' ORDER BY c.denomination) AS body
    INTO counted FROM unnest(p_denominations, p_pieces) AS c (denomination, pieces);
  IF NOT coalesce(counted.is_sane, true) OR counted.kinds <> counted.lines
     OR counted.total <> (CASE WHEN moved.kind IN ('float', 'count') THEN moved.amount ELSE 0 END) THEN
    RAISE EXCEPTION 'The coins and notes do not come to the amount.' USING ERRCODE = 'BX409';
  ELSIF moved.amount IS NULL OR moved.amount NOT BETWEEN 0 AND 100000000000
        OR ((moved.amount = 0) <> (moved.kind = 'drawer') AND moved.kind NOT IN ('float', 'count')) THEN
    RAISE EXCEPTION 'That is no amount for this.' USING ERRCODE = 'BX409';
  ELSIF length(moved.reason) > 500 OR (moved.kind = 'pay_out' AND btrim(moved.reason) = '') THEN
    RAISE EXCEPTION 'A pay-out needs a reason, of 500 letters at most.' USING ERRCODE = 'BX409';
  END IF;
  INSERT INTO boxoffice.cash_movement SELECT moved.*;
  INSERT INTO boxoffice.cash_count (movement_id, denomination, pieces)
  SELECT moved.movement_id, c.denomination, c.pieces FROM unnest(p_denominations, p_pieces) AS c (denomination, pieces);
  RETURN boxoffice.write_journal(
    moved.terminal_id, 'cash', moved.at, NULL, moved.movement_id,
    concat_ws('|', moved.kind, moved.shift_id, moved.staff_id, moved.amount, to_json(moved.reason)::text)
      || coalesce(E'\n' || counted.body, '') || coalesce(E'\n' || p_approved, ''));
END
$$;

-- Cash of the shift that is open at this till: its float, a pay-in, a pay-out, a drop to the safe, an opened drawer.
-- Asked again with the same id it changes nothing. Raises BX423 where no shift is open, BX403 for a pay-out above the
-- venue's limit without an approval.
CREATE FUNCTION boxoffice.record_cash(
  p_movement uuid, p_kind text, p_amount bigint, p_reason text, p_approval uuid, p_denominations bigint[],
  p_pieces integer[]) RETURNS void
LANGUAGE plpgsql SECURITY DEFINER
SET search_path = pg_catalog, pg_temp AS $$
DECLARE
  who record;
  chain record;
  moved boxoffice.cash_movement;
  highest bigint;
  approved text;
BEGIN
  PERFORM boxoffice.require('sell');
  SELECT * INTO who FROM boxoffice.session_identity();
  IF who.terminal_id IS NULL THEN
    RAISE EXCEPTION 'Cash moves at a till.' USING ERRCODE = 'BX401';
  ELSIF p_movement IS NULL OR coalesce(p_kind, '') NOT IN ('float', 'pay_in', 'pay_out', 'drop', 'drawer') THEN
    RAISE EXCEPTION 'Cash does not move like this.' USING ERRCODE = 'BX409';
  END IF;
  SELECT c.* INTO STRICT chain FROM boxoffice.terminal_chain c WHERE c.terminal_id = who.terminal_id FOR UPDATE;
  SELECT m.* INTO moved FROM boxoffice.cash_movement m WHERE m.movement_id = p_movement;
  IF FOUND THEN
    IF (moved.terminal_id, moved.kind, moved.amount) IS DISTINCT FROM (who.terminal_id, p_kind, p_amount) THEN
      RAISE EXCEPTION 'This movement was another one.' USING ERRCODE = 'BX409';
    END IF;
    RETURN;
  ELSIF chain.shift_id IS NULL THEN
    RAISE EXCEPTION 'No shift is open at this till.' USING ERRCODE = 'BX423';
  ELSIF p_kind = 'float' AND EXISTS (SELECT FROM boxoffice.cash_movement m
                                      WHERE m.shift_id = chain.shift_id AND m.kind = 'float') THEN
    RAISE EXCEPTION 'The float of this shift was counted already.' USING ERRCODE = 'BX409';
  END IF;
  IF p_kind = 'pay_out' THEN
    SELECT v.pay_out_limit INTO STRICT highest FROM boxoffice.terminal t JOIN boxoffice.venue v ON v.venue_id = t.venue_id
     WHERE t.terminal_id = who.terminal_id;
    IF p_amount > highest AND NOT who.permissions && ARRAY['approve', 'manage_shifts'] THEN
      IF p_approval IS NULL THEN
        RAISE EXCEPTION 'A pay-out this high needs an approval.' USING ERRCODE = 'BX403', DETAIL = 'approve';
      END IF;
      approved := boxoffice.use_approval(p_approval, 'pay_out', p_movement, p_amount, p_movement);
    END IF;
  END IF;
  moved := ROW(p_movement, chain.shift_id, who.terminal_id, who.staff_id, clock_timestamp(), p_kind, p_amount,
               coalesce(p_reason, ''), CASE WHEN approved IS NOT NULL THEN p_approval END)::boxoffice.cash_movement;
  PERFORM boxoffice.write_cash(moved, p_denominations, p_pieces, approved);
END
$$;

-- Waits until what a till has sent before is over, one way or the other: every act with cash locks its till's chain before
-- its COMMIT goes out. So what is not there afterwards never comes. The lock is let go at once: nobody waits for who asks.
CREATE FUNCTION boxoffice.await_acts(p_terminal integer) RETURNS void
LANGUAGE plpgsql SECURITY DEFINER
SET search_path = pg_catalog, pg_temp AS $$
BEGIN
  PERFORM boxoffice.require('sell');
  BEGIN
    PERFORM FROM boxoffice.terminal_chain c JOIN boxoffice.terminal t ON t.terminal_id = c.terminal_id
       JOIN boxoffice.session_identity() i ON true
       JOIN boxoffice.terminal h ON h.terminal_id = i.terminal_id AND h.venue_id = t.venue_id
      WHERE c.terminal_id = p_terminal FOR KEY SHARE OF c;
    RAISE EXCEPTION 'The lock goes with what is rolled back here.' USING ERRCODE = 'BX001';
  EXCEPTION WHEN SQLSTATE 'BX001' THEN
    RETURN;
  END;
END
$$;

-- The cash that a shift should have: float, pay-ins, pay-outs, drops, and what sales, refunds and owed cash moved.
CREATE FUNCTION boxoffice.shift_cash(
  p_shift uuid, OUT opening bigint, OUT pay_in bigint, OUT pay_out bigint, OUT dropped bigint, OUT sold bigint,
  OUT refunded bigint, OUT owed bigint, OUT expected bigint)
LANGUAGE plpgsql STABLE SECURITY DEFINER
SET search_path = pg_catalog, pg_temp AS $$
BEGIN
  SELECT coalesce(sum(m.amount) FILTER (WHERE m.kind = 'float'), 0), coalesce(sum(m.amount) FILTER (WHERE m.kind = 'pay_in'), 0),
         coalesce(sum(m.amount) FILTER (WHERE m.kind = 'pay_out'), 0), coalesce(sum(m.amount) FILTER (WHERE m.kind = 'drop'), 0)
    INTO opening, pay_in, pay_out, dropped FROM boxoffice.cash_movement m WHERE m.shift_id = p_shift;
  SELECT coalesce(sum(y.amount + y.rounding), 0) INTO sold
    FROM boxoffice.sale s JOIN boxoffice.payment y ON y.sale_id = s.sale_id AND y.kind = 'cash' WHERE s.shift_id = p_shift;
  SELECT coalesce(sum(b.amount + b.rounding), 0) INTO refunded
    FROM boxoffice.refund r JOIN boxoffice.refund_payment b ON b.refund_id = r.refund_id AND b.kind = 'cash'
   WHERE r.shift_id = p_shift;
  SELECT coalesce(sum(p.amount + p.rounding), 0) INTO owed FROM boxoffice.payout p WHERE p.shift_id = p_shift;
  expected := opening + pay_in - pay_out - dropped + sold - refunded - owed;
END
$$;

-- What was sold, taken and given back in a shift, by kind. Names are those of today, amounts are minor units.
CREATE FUNCTION boxoffice.shift_totals(p_shift uuid) RETURNS jsonb
LANGUAGE sql STABLE SECURITY DEFINER
SET search_path = pg_catalog, pg_temp AS $$
  WITH sold AS (
    SELECT s.* FROM boxoffice.sale s WHERE s.shift_id = p_shift
  ), ticket AS (
    SELECT k.*, w.movie_id FROM sold s JOIN boxoffice.ticket k ON k.sale_id = s.sale_id
      JOIN boxoffice.show w ON w.show_id = k.show_id
  ), extra AS (
    SELECT a.* FROM sold s JOIN boxoffice.adjustment a ON a.sale_id = s.sale_id
  ), given AS (
    SELECT y.* FROM sold s JOIN boxoffice.payment y ON y.sale_id = s.sale_id
  ), refunded AS (
    SELECT r.* FROM boxoffice.refund r WHERE r.shift_id = p_shift
  ), taxed AS (
    SELECT x.tax_rate_id, x.amount, x.tax, 0::bigint AS refunded, 0::bigint AS refunded_tax FROM ticket x
     UNION ALL
    SELECT x.tax_rate_id, x.amount, x.tax, 0, 0 FROM extra x
     UNION ALL
    SELECT k.tax_rate_id, 0, 0, l.amount, l.tax FROM refunded r JOIN boxoffice.refund_line l ON l.refund_id = r.refund_id
      JOIN boxoffice.ticket k ON k.ticket_id = l.ticket_id
     UNION ALL
    -- In it are the ticket's discounts and fees (a refund keeps the fee): they go back under the rate they came with.
    SELECT x.tax_rate_id, 0, 0, x.amount, x.tax FROM refunded r JOIN boxoffice.refund_line l ON l.refund_id = r.refund_id
      JOIN boxoffice.ticket k ON k.ticket_id = l.ticket_id
      JOIN boxoffice.adjustment a ON a.sale_id = k.sale_id AND a.ticket_line = k.line
       AND (r.kind <> 'refund' OR a.kind <> 'fee')
     CROSS JOIN LATERAL (VALUES (k.tax_rate_id, -a.amount, -a.tax), (a.tax_rate_id, a.amount, a.tax))
       AS x (tax_rate_id, amount, tax)
     UNION ALL
    -- A void takes the gift cards back that the sale had sold.
    SELECT a.tax_rate_id, 0, 0, a.amount, a.tax FROM refunded r
      JOIN boxoffice.adjustment a ON a.sale_id = r.sale_id AND a.kind = 'gift_card' WHERE r.kind = 'void'
  )
  SELECT jsonb_build_object(
    'sales', (SELECT jsonb_build_object('count', count(*), 'tickets', coalesce(sum(s.ticket_count), 0),
                'amount', coalesce(sum(s.total), 0), 'first', min(s.number), 'last', max(s.number),
                'first_serial', min(s.first_serial) FILTER (WHERE s.ticket_count > 0),
                'last_serial', max(s.first_serial + s.ticket_count - 1) FILTER (WHERE s.ticket_count > 0)) FROM sold s),
    'types', (SELECT coalesce(jsonb_agg(jsonb_build_object('id', g.id, 'name', y.name, 'count', g.count, 'amount', g.amount)
                              ORDER BY y.position, g.id), '[]')
                FROM (SELECT t.ticket_type_id AS id, count(*), sum(t.amount) AS amount FROM ticket t GROUP BY 1) g
                LEFT JOIN boxoffice.ticket_type y ON y.ticket_type_id = g.id),
    'films', (SELECT coalesce(jsonb_agg(jsonb_build_object('id', g.id, 'title', m.title, 'count', g.count,
                                'amount', g.amount) ORDER BY g.amount DESC, g.id), '[]')
                FROM (SELECT t.movie_id AS id, count(*), sum(t.amount) AS amount FROM ticket t GROUP BY 1) g
                LEFT JOIN boxoffice.movie m ON m.movie_id = g.id),
    'taxes', (SELECT coalesce(jsonb_agg(jsonb_build_object('id', g.id, 'name', x.name, 'amount', g.amount, 'tax', g.tax,
                                'refunded', g.refunded, 'refunded_tax', g.refunded_tax) ORDER BY g.id), '[]')
                FROM (SELECT t.tax_rate_id AS id, sum(t.amount) AS amount, sum(t.tax) AS tax, sum(t.refunded) AS refunded,
                             sum(t.refunded_tax) AS refunded_tax FROM taxed t GROUP BY 1) g
                LEFT JOIN boxoffice.tax_rate x ON x.tax_rate_id = g.id),
    'payments', (SELECT coalesce(jsonb_agg(jsonb_build_object('kind', g.kind, 'count', g.count, 'amount', g.amount,
                                   'rounding', g.rounding) ORDER BY g.kind), '[]')
                   FROM (SELECT y.kind, count(*), sum(y.amount) AS amount, sum(y.rounding) AS rounding
                           FROM given y GROUP BY 1) g),
    'adjustments', (SELECT coalesce(jsonb_agg(jsonb_build_object('kind', g.kind, 'count', g.count, 'amount', g.amount,
                                      'tax', g.tax) ORDER BY g.kind), '[]')
                      FROM (SELECT a.kind, count(*), sum(a.amount) AS amount, sum(a.tax) AS tax FROM extra a GROUP BY 1) g),
    'refunds', (SELECT coalesce(jsonb_agg(jsonb_build_object('kind', g.kind, 'count', g.count, 'amount', g.amount)
                                ORDER BY g.kind), '[]')
                  FROM (SELECT r.kind, count(*), sum(r.total) AS amount FROM refunded r GROUP BY 1) g),
    'refund_payments', (SELECT coalesce(jsonb_agg(jsonb_build_object('kind', g.kind, 'count', g.count,
                                          'amount', g.amount, 'rounding', g.rounding) ORDER BY g.kind), '[]')
                          FROM (SELECT b.kind, count(*), sum(b.amount) AS amount, sum(b.rounding) AS rounding
                                  FROM refunded r JOIN boxoffice.refund_payment b ON b.refund_id = r.refund_id GROUP BY 1) g),
    'payouts', (SELECT jsonb_build_object('count', count(*), 'amount', coalesce(sum(p.amount), 0),
                         'rounding', coalesce(sum(p.rounding), 0)) FROM boxoffice.payout p WHERE p.shift_id = p_shift),
    'reprints', (SELECT count(*) FROM boxoffice.shift f
                   JOIN boxoffice.journal j ON j.terminal_id = f.terminal_id AND j.kind = 'reprint'
                    AND j.number > (SELECT o.number FROM boxoffice.journal o WHERE o.subject = p_shift AND o.kind = 'shift')
                    AND j.number < coalesce((SELECT z.number FROM boxoffice.journal z
                                              WHERE z.subject = p_shift AND z.kind = 'z'), j.number + 1)
                  WHERE f.shift_id = p_shift),
    'movements', (SELECT coalesce(jsonb_agg(jsonb_build_object('kind', m.kind, 'at', m.at, 'staff', w.display_name,
                                    'amount', m.amount, 'reason', m.reason) ORDER BY m.at, m.movement_id), '[]')
                    FROM boxoffice.cash_movement m JOIN boxoffice.staff w ON w.staff_id = m.staff_id
                   WHERE m.shift_id = p_shift AND m.kind IN ('pay_in', 'pay_out', 'drop')),
    'drawer_openings', (SELECT count(*) FROM boxoffice.cash_movement m WHERE m.shift_id = p_shift AND m.kind = 'drawer'),
    'pieces', (SELECT coalesce(jsonb_agg(jsonb_build_object('denomination', c.denomination, 'pieces', c.pieces)
                                 ORDER BY c.denomination DESC), '[]')
                 FROM boxoffice.cash_movement m JOIN boxoffice.cash_count c ON c.movement_id = m.movement_id
                WHERE m.shift_id = p_shift AND m.kind = 'count'),
    'cash', (SELECT to_jsonb(c) FROM boxoffice.shift_cash(p_shift) c),
    'shift', (SELECT jsonb_build_object('id', f.shift_id, 'number', f.number, 'terminal_id', f.terminal_id,
                       'terminal', t.name, 'opened_at', f.opened_at, 'opened_by', w.display_name, 'currency', f.currency)
                FROM boxoffice.shift f JOIN boxoffice.terminal t ON t.terminal_id = f.terminal_id
                JOIN boxoffice.staff w ON w.staff_id = f.opened_by WHERE f.shift_id = p_shift))
$$;

-- Whether who asks may see a shift, and how: 'all' with view_reports or manage_shifts, 'blind' at its own till, null not.
CREATE FUNCTION boxoffice.shift_sight(p_shift uuid) RETURNS text
LANGUAGE sql STABLE SECURITY DEFINER
SET search_path = pg_catalog, pg_temp AS $$
  SELECT CASE WHEN i.terminal_id IS NULL THEN 'all'
              WHEN here.venue_id <> t.venue_id THEN NULL
              WHEN i.permissions && ARRAY['view_reports', 'manage_shifts'] THEN 'all'
              WHEN i.terminal_id = f.terminal_id AND 'sell' = ANY (i.permissions) THEN 'blind' END
    FROM boxoffice.shift f
    JOIN boxoffice.terminal t ON t.terminal_id = f.terminal_id
   CROSS JOIN boxoffice.session_identity() i
    LEFT JOIN boxoffice.terminal here ON here.terminal_id = i.terminal_id
   WHERE f.shift_id = p_shift
$$;

-- The X report of an open shift. Who counts its drawer does not learn what should be in it: without view_reports or
-- manage_shifts it says nothing of how the money came.
CREATE FUNCTION boxoffice.read_x_report(p_shift uuid) RETURNS jsonb
LANGUAGE plpgsql STABLE SECURITY DEFINER
SET search_path = pg_catalog, pg_temp AS $$
DECLARE
  sight text := boxoffice.shift_sight(p_shift);
BEGIN
  IF sight IS NULL THEN
    RAISE EXCEPTION 'This needs the permission view_reports.' USING ERRCODE = 'BX403', DETAIL = 'view_reports';
  END IF;
  RETURN CASE sight WHEN 'all' THEN boxoffice.shift_totals(p_shift)
         ELSE boxoffice.shift_totals(p_shift) - ARRAY['payments', 'refund_payments', 'cash'] END;
END
$$;

-- Closes a shift, as one act: takes the blind count, writes the Z report with its totals from the rows, lets the terminal
-- have no shift. The chain row is locked first, which every sale and refund of that terminal locks: none slips in.
-- At the shift's own till by who may sell, from any till by who has manage_shifts. Asked again it changes nothing.
-- Raises BX409 with the detail difference_reason where the count is off by more than the venue's limit and nobody says why;
-- not by how much, so that counting again stays blind.
CREATE FUNCTION boxoffice.close_shift(
  p_shift uuid, p_count uuid, p_denominations bigint[], p_pieces integer[], p_reason text) RETURNS void
LANGUAGE plpgsql SECURITY DEFINER
SET search_path = pg_catalog, pg_temp AS $$
DECLARE
  who record;
  closing boxoffice.shift;
  here record;
  chain record;
  counted bigint;
  cash record;
  person text;
  right_now timestamptz := clock_timestamp();
  told text := btrim(coalesce(p_reason, ''));
  report text;
  sealed bytea;
BEGIN
  SELECT * INTO who FROM boxoffice.session_identity();
  SELECT f.* INTO closing FROM boxoffice.shift f WHERE f.shift_id = p_shift;
  IF NOT FOUND THEN
    RAISE EXCEPTION 'There is no such shift.' USING ERRCODE = 'BX409';
  ELSIF who.terminal_id IS NULL THEN
    RAISE EXCEPTION 'Shifts are closed at a till.' USING ERRCODE = 'BX401';
  END IF;
  PERFORM boxoffice.require(CASE WHEN who.terminal_id = closing.terminal_id THEN 'sell' ELSE 'manage_shifts' END);
  SELECT v.difference_limit, v.name AS venue, t.name AS terminal, v.venue_id INTO STRICT here
    FROM boxoffice.terminal t JOIN boxoffice.venue v ON v.venue_id = t.venue_id WHERE t.terminal_id = who.terminal_id;
  IF NOT EXISTS (SELECT FROM boxoffice.terminal t
                  WHERE t.terminal_id = closing.terminal_id AND t.venue_id = here.venue_id) THEN
    RAISE EXCEPTION 'This shift is of another cinema.' USING ERRCODE = 'BX403', DETAIL = 'manage_shifts';
  END IF;
  SELECT c.* INTO STRICT chain FROM boxoffice.terminal_chain c WHERE c.terminal_id = closing.terminal_id FOR UPDATE;
  IF EXISTS (SELECT FROM boxoffice.z_report z WHERE z.shift_id = p_shift) THEN
    RETURN;
  ELSIF chain.shift_id IS DISTINCT FROM p_shift OR p_count IS NULL
        OR EXISTS (SELECT FROM boxoffice.cash_movement m WHERE m.movement_id = p_count) THEN
    RAISE EXCEPTION 'This shift cannot be closed so.' USING ERRCODE = 'BX409';
  ELSIF length(told) > 500 THEN
    RAISE EXCEPTION 'A reason has 500 letters at most.' USING ERRCODE = 'BX409';
  END IF;
  SELECT coalesce(sum(c.denomination::numeric * c.pieces), 0) INTO counted
    FROM unnest(p_denominations, p_pieces) AS c (denomination, pieces);
  PERFORM boxoffice.write_cash(
    ROW(p_count, p_shift, closing.terminal_id, who.staff_id, right_now, 'count', counted, '', NULL)::boxoffice.cash_movement,
    p_denominations, p_pieces, NULL);
  SELECT * INTO cash FROM boxoffice.shift_cash(p_shift);
  IF abs(counted - cash.expected) > here.difference_limit AND told = '' THEN
    RAISE EXCEPTION 'The count is not what it should be.' USING ERRCODE = 'BX409', DETAIL = 'difference_reason';
  END IF;
  SELECT w.display_name INTO STRICT person FROM boxoffice.staff w WHERE w.staff_id = who.staff_id;
  SELECT (boxoffice.shift_totals(p_shift) || jsonb_build_object(
            'venue', here.venue, 'closed_at', right_now, 'closed_by', person, 'closed_at_terminal', here.terminal,
            'counted', counted, 'difference', counted - cash.expected, 'reason', told,
            'journal', (SELECT jsonb_build_object('first', o.number, 'last', c.journal_number,
                                                  'hash', encode(c.journal_hash, 'hex'))
                          FROM boxoffice.terminal_chain c
                          JOIN boxoffice.journal o ON o.subject = p_shift AND o.kind = 'shift'
                         WHERE c.terminal_id = closing.terminal_id)))::text INTO STRICT report;
  sealed := boxoffice.write_journal(
    closing.terminal_id, 'z', right_now, NULL, p_shift,
    concat_ws('|', closing.number, who.staff_id, cash.expected, counted, to_json(told)::text,
              encode(sha256(convert_to(report, 'UTF8')), 'hex')));
  INSERT INTO boxoffice.z_report (shift_id, terminal_id, number, closed_by, closed_at, expected_cash, counted_cash, reason,
                                  body, journal_number, journal_hash)
  SELECT p_shift, closing.terminal_id, closing.number, who.staff_id, right_now, cash.expected, counted, told, report,
         c.journal_number, sealed
    FROM boxoffice.terminal_chain c WHERE c.terminal_id = closing.terminal_id;
  UPDATE boxoffice.terminal_chain c SET shift_id = NULL WHERE c.terminal_id = closing.terminal_id;
END
$$;

CREATE INDEX shift_opened_ix ON boxoffice.shift (opened_at);

REVOKE ALL ON FUNCTION boxoffice.guard_cash_stays(),
  boxoffice.write_cash(boxoffice.cash_movement, bigint[], integer[], text),
  boxoffice.record_cash(uuid, text, bigint, text, uuid, bigint[], integer[]), boxoffice.shift_cash(uuid),
  boxoffice.shift_totals(uuid), boxoffice.shift_sight(uuid), boxoffice.read_x_report(uuid), boxoffice.await_acts(integer),
  boxoffice.close_shift(uuid, uuid, bigint[], integer[], text) FROM PUBLIC;
GRANT EXECUTE ON FUNCTION boxoffice.record_cash(uuid, text, bigint, text, uuid, bigint[], integer[]),
  boxoffice.read_x_report(uuid), boxoffice.await_acts(integer),
  boxoffice.close_shift(uuid, uuid, bigint[], integer[], text) TO boxoffice_till;
