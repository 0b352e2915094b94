-- Legal changes of show seats: nobody takes, sells or frees a seat in another terminal's living basket, a basket's hold
-- ends when the venue's settings say, a kept seat leaves its hold only with the permission that keeping it needs
-- (whichever terminal kept it: people come to any counter), a seat that was taken out of its hall is not taken any more,
-- a sold seat changes only when its ticket has ended, and it carries a ticket of a sale that is being made right now.
-- All of it in the terminal's own venue.
-- One set-based check per statement, and one row of activity per show and act.
CREATE FUNCTION boxoffice.guard_show_seat() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER
SET search_path = pg_catalog, pg_temp AS $$
DECLARE
  who record;
  right_now timestamptz := clock_timestamp();
  judged record;
BEGIN
  SELECT * INTO who FROM boxoffice.session_identity();
  IF who.terminal_id IS NOT NULL THEN
    SELECT bool_or(
           (b.state = 'sold' AND NOT EXISTS (SELECT FROM boxoffice.ticket o
                                              WHERE o.ticket_id = b.ticket_id AND o.voided_by IS NOT NULL))
        OR (b.state = 'held' AND (b.held_until IS NULL OR b.held_until > right_now)
            AND NOT EXISTS (SELECT FROM boxoffice.hold o
                             WHERE o.hold_id = b.hold_id
                               AND CASE o.kind WHEN 'basket' THEN b.held_by = who.terminal_id
                                               ELSE boxoffice.may_keep(o.kind, who.permissions)
                                                    OR (o.kind = 'out_of_order' AND NOT
                                                        boxoffice.keeps_broken_seat(b.hold_id, b.show_id, b.seat_id))
                                               END))
        -- What is unknown is wrong: a basket without an end compares to null.
        OR CASE a.state
          WHEN 'available' THEN true
          WHEN 'held' THEN boxoffice.may_hold(who.terminal_id, who.permissions, a.show_id, a.seat_id, a.held_by,
                                                a.held_until, h, right_now)
                           OR (h.kind = 'out_of_order' AND a.held_by = h.terminal_id AND a.held_until IS NULL
                               AND boxoffice.keeps_broken_seat(a.hold_id, a.show_id, a.seat_id))
          ELSE t.show_id = a.show_id AND t.seat_id = a.seat_id AND t.terminal_id = who.terminal_id AND t.voided_by IS NULL
               AND NOT EXISTS (SELECT FROM boxoffice.journal j WHERE j.sale_id = t.sale_id AND j.kind = 'sale')
        END IS NOT TRUE
        -- Tickets of another venue would be sold in this one's money.
        OR l.venue_id <> m.venue_id
        -- A seat that the hall has no more goes only to who held it when it went.
        OR (e.retired_at IS NOT NULL AND a.state <> 'available'
            AND (b.state = 'sold' OR (b.state = 'held' AND b.held_by = who.terminal_id)) IS NOT TRUE)) AS is_wrong,
           -- A broken seat is broken in every show of its time, also in drafts.
           bool_or(a.state <> 'available' AND h.kind IS DISTINCT FROM 'out_of_order') AS takes,
           bool_or(a.state <> 'available' AND h.kind IS DISTINCT FROM 'out_of_order'
                   AND (s.status <> 'on_sale' OR s.ends_at < right_now)) AS is_closed,
           array_agg(DISTINCT a.show_id) FILTER (
             WHERE h.kind = 'basket'
               AND (b.state = 'held' AND b.hold_id = a.hold_id AND b.held_until > right_now) IS NOT TRUE) AS filled
      INTO judged
      FROM seats_before b
      JOIN seats_after a ON a.show_id = b.show_id AND a.seat_id = b.seat_id
      JOIN boxoffice.show s ON s.show_id = a.show_id
      JOIN boxoffice.hall l ON l.hall_id = s.hall_id
      JOIN boxoffice.terminal m ON m.terminal_id = who.terminal_id
      JOIN boxoffice.seat e ON e.seat_id = a.seat_id
      LEFT JOIN boxoffice.hold h ON h.hold_id = a.hold_id
      LEFT JOIN boxoffice.ticket t ON t.ticket_id = a.ticket_id;
    IF judged.is_wrong THEN
      RAISE EXCEPTION 'These seats cannot change like that.' USING ERRCODE = 'BX409';
    ELSIF judged.takes AND who.staff_id IS NULL THEN
      RAISE EXCEPTION 'Nobody is signed in on this connection.' USING ERRCODE = 'BX401';
    ELSIF judged.takes AND NOT 'sell' = ANY (who.permissions) THEN
      RAISE EXCEPTION 'This needs the permission sell.' USING ERRCODE = 'BX403', DETAIL = 'sell';
    ELSIF judged.is_closed THEN
      RAISE EXCEPTION 'This show is not on sale.' USING ERRCODE = 'BX410';
    ELSIF judged.filled IS NOT NULL THEN
      PERFORM boxoffice.require_basket_limit(who.terminal_id, judged.filled, right_now);
    END IF;
  END IF;
  INSERT INTO boxoffice.seat_activity (show_id, at, terminal_id, staff_id, what, seat_ids)
  SELECT d.show_id, right_now, who.terminal_id, who.staff_id, d.what, array_agg(d.seat_id ORDER BY d.seat_id)
    FROM (SELECT a.show_id, a.seat_id,
                 CASE WHEN b.state = 'sold' AND a.state <> 'sold' THEN 'refunded'
                      WHEN a.state = 'available' THEN 'released'
                      WHEN a.state = 'sold' THEN 'sold'
                      WHEN b.state = 'held' AND b.hold_id = a.hold_id AND (b.held_until > right_now) IS NOT FALSE THEN NULL
                      ELSE 'held' END AS what
            FROM seats_before b JOIN seats_after a ON a.show_id = b.show_id AND a.seat_id = b.seat_id
           WHERE a.state <> b.state OR a.hold_id IS DISTINCT FROM b.hold_id OR a.ticket_id IS DISTINCT FROM b.ticket_id
              OR b.held_until <= right_now) d
   WHERE d.what IS NOT NULL
   GROUP BY d.show_id, d.what;
  RETURN NULL;
END
$$;

-- A terminal has one basket, and its living seats in these shows fit the venue's limit, in however many holds they are.
-- The terminal's connections take turns, and each sees what the others have committed: else each would fill a basket.
CREATE FUNCTION boxoffice.require_basket_limit(terminal integer, shows integer[], right_now timestamptz) RETURNS void
LANGUAGE plpgsql SECURITY DEFINER
SET search_path = pg_catalog, pg_temp AS $$
DECLARE
  most integer;
  held bigint;
BEGIN
  IF current_setting('transaction_isolation') <> 'read committed' THEN
    RAISE EXCEPTION 'Seats are held by what is committed now.' USING ERRCODE = 'BX409';
  END IF;
  PERFORM pg_advisory_xact_lock(7146004, terminal);
  SELECT v.basket_limit INTO most
    FROM boxoffice.terminal t JOIN boxoffice.venue v ON v.venue_id = t.venue_id WHERE t.terminal_id = terminal;
  SELECT count(*) INTO held
    FROM boxoffice.show_seat ss JOIN boxoffice.hold h ON h.hold_id = ss.hold_id AND h.kind = 'basket'
   WHERE ss.show_id = ANY (shows) AND ss.state = 'held' AND ss.held_by = terminal AND ss.held_until > right_now;
  IF held > most THEN
    RAISE EXCEPTION 'A sale takes at most % seats.', most USING ERRCODE = 'BX409', DETAIL = 'basket_limit ' || most;
  END IF;
END
$$;

-- Seats are kept, and given free, by people with the permission for that kind of hold; a basket needs none to be let go.
CREATE FUNCTION boxoffice.may_keep(kind text, permissions text[]) RETURNS boolean
LANGUAGE sql IMMUTABLE
SET search_path = pg_catalog, pg_temp AS $$
  SELECT coalesce(CASE kind
    WHEN 'basket' THEN true
    WHEN 'reservation' THEN 'sell' = ANY (permissions)
    WHEN 'house' THEN 'approve' = ANY (permissions)
    ELSE 'manage_halls' = ANY (permissions) END, false)
$$;

-- Whether a hold is what keeps a broken seat from sale in a show: null for a hold that no broken seat names. Broken seats
-- come with the revision 0011, which replaces this.
CREATE FUNCTION boxoffice.keeps_broken_seat(p_hold uuid, p_show integer, p_seat integer) RETURNS boolean
LANGUAGE sql STABLE SECURITY DEFINER
SET search_path = pg_catalog, pg_temp AS $$
  SELECT NULL::boolean
$$;

-- A held seat is with the terminal of its hold. A basket is that terminal's own and ends within the venue's limits; the
-- other kinds need their permission, at whatever terminal. A reservation keeps its own seats, and not for ever.
CREATE FUNCTION boxoffice.may_hold(
  terminal integer, permissions text[], p_show_id integer, p_seat_id integer, held_by integer, held_until timestamptz,
  h boxoffice.hold, right_now timestamptz)
RETURNS boolean
LANGUAGE sql STABLE SECURITY DEFINER
SET search_path = pg_catalog, pg_temp AS $$
  SELECT held_by = h.terminal_id AND CASE h.kind
    WHEN 'basket' THEN held_by = terminal
                   AND held_until <= right_now + make_interval(secs => v.hold_seconds)
                   AND held_until <= h.created_at + make_interval(secs => v.hold_cap_seconds)
    WHEN 'reservation' THEN boxoffice.may_keep(h.kind, permissions) AND EXISTS (
      SELECT FROM boxoffice.reservation r JOIN boxoffice.reservation_seat e ON e.hold_id = r.hold_id
       WHERE r.hold_id = h.hold_id AND r.show_id = p_show_id AND e.seat_id = p_seat_id
         AND held_until <= r.collect_by)
    ELSE boxoffice.may_keep(h.kind, permissions) END
  FROM boxoffice.terminal t JOIN boxoffice.venue v ON v.venue_id = t.venue_id WHERE t.terminal_id = terminal
$$;

CREATE TRIGGER show_seat_guard AFTER UPDATE ON boxoffice.show_seat
REFERENCING OLD TABLE AS seats_before NEW TABLE AS seats_after
FOR EACH STATEMENT EXECUTE FUNCTION boxoffice.guard_show_seat();

-- A show seat is born free; anything else is a change, and changes pass the guard above.
CREATE FUNCTION boxoffice.guard_new_show_seat() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER
SET search_path = pg_catalog, pg_temp AS $$
BEGIN
  RAISE EXCEPTION 'A new show seat must be available.' USING ERRCODE = 'BX409';
END
$$;

CREATE TRIGGER show_seat_born_free BEFORE INSERT ON boxoffice.show_seat
FOR EACH ROW WHEN (NEW.state <> 'available') EXECUTE FUNCTION boxoffice.guard_new_show_seat();

-- A hold belongs to the terminal and person that make it, from now on: a hold dated ahead would outlive its limit.
CREATE FUNCTION boxoffice.guard_hold() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER
SET search_path = pg_catalog, pg_temp AS $$
DECLARE
  who record;
BEGIN
  SELECT * INTO who FROM boxoffice.session_identity();
  IF who.terminal_id IS NOT NULL THEN
    IF who.staff_id IS NULL THEN
      RAISE EXCEPTION 'Nobody is signed in on this connection.' USING ERRCODE = 'BX401';
    END IF;
    NEW.terminal_id := who.terminal_id;
    NEW.staff_id := who.staff_id;
    NEW.created_at := clock_timestamp();
  END IF;
  RETURN NEW;
END
$$;

CREATE TRIGGER hold_guard BEFORE INSERT ON boxoffice.hold
FOR EACH ROW EXECUTE FUNCTION boxoffice.guard_hold();
