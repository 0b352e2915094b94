-- Shows follow their hall. A seat that is broken for a time is kept from sale in every show of that time, whatever its
-- status and whenever it is made; and a draft takes a seat's new price area.

-- `hold_id` is the hold that keeps the seat in shows that start from `starts_at` until before `ends_at`; it says who kept
-- it and why. What is mended is not deleted.
CREATE TABLE boxoffice.broken_seat (
  broken_seat_id INTEGER GENERATED ALWAYS AS IDENTITY,
  seat_id INTEGER NOT NULL,
  hold_id UUID NOT NULL,
  starts_at TIMESTAMP WITH TIME ZONE NOT NULL,
  ends_at TIMESTAMP WITH TIME ZONE NOT NULL,
  mended_at TIMESTAMP WITH TIME ZONE,
  CONSTRAINT broken_seat_pkey PRIMARY KEY (broken_seat_id),
  CONSTRAINT broken_seat_for_a_time CHECK (starts_at < ends_at),
  CONSTRAINT broken_seat_seat_id_fkey FOREIGN KEY(seat_id) REFERENCES boxoffice.seat (seat_id),
  CONSTRAINT broken_seat_hold_id_fkey FOREIGN KEY(hold_id) REFERENCES boxoffice.hold (hold_id)
);

CREATE INDEX broken_seat_seat_ix ON boxoffice.broken_seat (seat_id) WHERE mended_at IS NULL;
CREATE INDEX broken_seat_hold_ix ON boxoffice.broken_seat (hold_id);

CREATE OR REPLACE FUNCTION boxoffice.keeps_broken_seat(p_hold uuid, p_show integer, p_seat integer) RETURNS boolean
LANGUAGE sql STABLE SECURITY DEFINER
SET search_path = pg_catalog, pg_temp AS $$
  SELECT bool_or(k.mended_at IS NULL AND e.retired_at IS NULL AND s.starts_at >= k.starts_at AND s.starts_at < k.ends_at)
    FROM boxoffice.broken_seat k
    JOIN boxoffice.seat e ON e.seat_id = k.seat_id
    JOIN boxoffice.show s ON s.show_id = p_show
   WHERE k.hold_id = p_hold AND k.seat_id = p_seat
$$;

-- The hold that keeps a seat in a show because it is broken; null for a sound one.
CREATE FUNCTION boxoffice.find_broken_hold(p_show integer, p_seat integer) RETURNS uuid
LANGUAGE sql STABLE SECURITY DEFINER
SET search_path = pg_catalog, pg_temp AS $$
  SELECT k.hold_id
    FROM boxoffice.broken_seat k
    JOIN boxoffice.seat e ON e.seat_id = k.seat_id AND e.retired_at IS NULL
    JOIN boxoffice.show s ON s.show_id = p_show
   WHERE k.seat_id = p_seat AND k.mended_at IS NULL AND s.starts_at >= k.starts_at AND s.starts_at < k.ends_at
   ORDER BY k.broken_seat_id LIMIT 1
$$;

-- Makes these seats of these shows what `broken_seat` says: free and broken ones are kept, kept and sound ones are free.
-- Seats that somebody has are left to them.
CREATE FUNCTION boxoffice.keep_broken_seats(p_shows integer[], p_seats integer[]) RETURNS void
LANGUAGE plpgsql SECURITY DEFINER
SET search_path = pg_catalog, pg_temp AS $$
BEGIN
  PERFORM FROM boxoffice.show_seat ss
   WHERE ss.show_id = ANY (p_shows) AND ss.seat_id = ANY (p_seats)
   ORDER BY ss.show_id, ss.seat_id FOR UPDATE;
  UPDATE boxoffice.show_seat ss
     SET state = CASE WHEN n.hold_id IS NULL THEN 'available' ELSE 'held' END,
         hold_id = n.hold_id, held_by = n.terminal_id, held_until = NULL
    FROM (SELECT x.show_id, x.seat_id, h.hold_id, h.terminal_id
            FROM boxoffice.show_seat x
            LEFT JOIN boxoffice.hold o ON o.hold_id = x.hold_id
            LEFT JOIN boxoffice.hold h ON h.hold_id = boxoffice.find_broken_hold(x.show_id, x.seat_id)
           WHERE x.show_id = ANY (p_shows) AND x.seat_id = ANY (p_seats)
             AND x.hold_id IS DISTINCT FROM h.hold_id
             AND CASE WHEN h.hold_id IS NULL
                      -- What was kept without a time is let go by who kept it, not here.
                      THEN o.kind = 'out_of_order' AND EXISTS (SELECT FROM boxoffice.broken_seat k
                                                                WHERE k.hold_id = x.hold_id AND k.seat_id = x.seat_id)
                      ELSE x.state = 'available' OR o.kind = 'out_of_order' OR x.held_until <= clock_timestamp() END) n
   WHERE ss.show_id = n.show_id AND ss.seat_id = n.seat_id;
END
$$;

-- A seat is broken by a hold of that kind, made at the same terminal; later it is only mended, sooner or at once.
CREATE FUNCTION boxoffice.guard_broken_seat() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER
SET search_path = pg_catalog, pg_temp AS $$
DECLARE
  who record;
BEGIN
  SELECT * INTO who FROM boxoffice.session_identity();
  IF TG_OP = 'INSERT' THEN
    IF NOT EXISTS (
      SELECT FROM boxoffice.hold h
        JOIN boxoffice.terminal t ON t.terminal_id = h.terminal_id
        JOIN boxoffice.seat e ON e.seat_id = NEW.seat_id AND e.retired_at IS NULL
        JOIN boxoffice.hall l ON l.hall_id = e.hall_id AND l.venue_id = t.venue_id
       WHERE h.hold_id = NEW.hold_id AND h.kind = 'out_of_order'
         AND h.terminal_id = coalesce(who.terminal_id, h.terminal_id)) THEN
      RAISE EXCEPTION 'This seat cannot be taken out of order like that.' USING ERRCODE = 'BX409';
    END IF;
    NEW.mended_at := NULL;
  ELSIF OLD.mended_at IS NOT NULL OR NEW.ends_at > OLD.ends_at THEN
    RAISE EXCEPTION 'A broken seat is only mended.' USING ERRCODE = 'BX409';
  ELSIF NEW.mended_at IS NOT NULL THEN
    NEW.mended_at := clock_timestamp();
  END IF;
  RETURN NEW;
END
$$;

CREATE TRIGGER broken_seat_permission BEFORE INSERT OR UPDATE OR DELETE ON boxoffice.broken_seat
FOR EACH STATEMENT EXECUTE FUNCTION boxoffice.guard_permission('manage_halls');
CREATE TRIGGER broken_seat_rules BEFORE INSERT OR UPDATE ON boxoffice.broken_seat
FOR EACH ROW EXECUTE FUNCTION boxoffice.guard_broken_seat();
CREATE TRIGGER broken_seat_audit_insert AFTER INSERT ON boxoffice.broken_seat REFERENCING NEW TABLE AS rows_after
FOR EACH STATEMENT EXECUTE FUNCTION boxoffice.write_audit('broken_seat_id', '');
CREATE TRIGGER broken_seat_audit_update AFTER UPDATE ON boxoffice.broken_seat
REFERENCING OLD TABLE AS rows_before NEW TABLE AS rows_after
FOR EACH STATEMENT EXECUTE FUNCTION boxoffice.write_audit('broken_seat_id', '');
CREATE TRIGGER broken_seat_audit_delete AFTER DELETE ON boxoffice.broken_seat REFERENCING OLD TABLE AS rows_before
FOR EACH STATEMENT EXECUTE FUNCTION boxoffice.write_audit('broken_seat_id', '');

-- What changes here changes the shows that are not over. The show comes before its seats, as everywhere.
CREATE FUNCTION boxoffice.tell_shows_of_broken_seats() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER
SET search_path = pg_catalog, pg_temp AS $$
DECLARE
  shows integer[];
BEGIN
  PERFORM FROM boxoffice.show s
   WHERE s.ends_at > clock_timestamp() AND s.status <> 'cancelled'
     AND s.hall_id IN (SELECT e.hall_id FROM rows_after r JOIN boxoffice.seat e ON e.seat_id = r.seat_id)
   ORDER BY s.show_id FOR NO KEY UPDATE;
  SELECT array_agg(s.show_id) INTO shows FROM boxoffice.show s
   WHERE s.ends_at > clock_timestamp() AND s.status <> 'cancelled'
     AND s.hall_id IN (SELECT e.hall_id FROM rows_after r JOIN boxoffice.seat e ON e.seat_id = r.seat_id);
  PERFORM boxoffice.keep_broken_seats(shows, ARRAY(SELECT r.seat_id FROM rows_after r));
  RETURN NULL;
END
$$;

CREATE TRIGGER broken_seat_tells_shows_insert AFTER INSERT ON boxoffice.broken_seat REFERENCING NEW TABLE AS rows_after
FOR EACH STATEMENT EXECUTE FUNCTION boxoffice.tell_shows_of_broken_seats();
CREATE TRIGGER broken_seat_tells_shows_update AFTER UPDATE ON boxoffice.broken_seat REFERENCING NEW TABLE AS rows_after
FOR EACH STATEMENT EXECUTE FUNCTION boxoffice.tell_shows_of_broken_seats();

-- A show that is made, or that moves to another time, finds the seats that are broken then.
CREATE FUNCTION boxoffice.find_broken_seats_of_new() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER
SET search_path = pg_catalog, pg_temp AS $$
DECLARE
  shows integer[];
  seats integer[];
BEGIN
  SELECT array_agg(DISTINCT n.show_id), array_agg(DISTINCT n.seat_id) INTO shows, seats
    FROM rows_after n JOIN boxoffice.broken_seat k ON k.seat_id = n.seat_id AND k.mended_at IS NULL;
  IF shows IS NOT NULL THEN
    PERFORM boxoffice.keep_broken_seats(shows, seats);
  END IF;
  RETURN NULL;
END
$$;

CREATE TRIGGER show_seat_finds_broken AFTER INSERT ON boxoffice.show_seat REFERENCING NEW TABLE AS rows_after
FOR EACH STATEMENT EXECUTE FUNCTION boxoffice.find_broken_seats_of_new();

CREATE FUNCTION boxoffice.find_broken_seats_of_moved() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER
SET search_path = pg_catalog, pg_temp AS $$
BEGIN
  PERFORM boxoffice.keep_broken_seats(ARRAY[NEW.show_id], ARRAY(
    SELECT DISTINCT k.seat_id FROM boxoffice.broken_seat k JOIN boxoffice.seat e ON e.seat_id = k.seat_id
     WHERE e.hall_id = NEW.hall_id AND k.mended_at IS NULL));
  RETURN NULL;
END
$$;

CREATE TRIGGER show_finds_broken AFTER UPDATE OF starts_at ON boxoffice.show
FOR EACH ROW WHEN (OLD.starts_at <> NEW.starts_at) EXECUTE FUNCTION boxoffice.find_broken_seats_of_moved();

-- Who lets a broken seat go leaves it to nobody, and a hold that ended on one is not taken over.
CREATE FUNCTION boxoffice.keep_broken_seat_that_was_left() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER
SET search_path = pg_catalog, pg_temp AS $$
DECLARE
  broken uuid := boxoffice.find_broken_hold(NEW.show_id, NEW.seat_id);
BEGIN
  IF broken IS NULL OR NEW.hold_id = broken THEN
    RETURN NULL;
  ELSIF NEW.state = 'available' THEN
    PERFORM boxoffice.keep_broken_seats(ARRAY[NEW.show_id], ARRAY[NEW.seat_id]);
  ELSIF NOT EXISTS (SELECT FROM boxoffice.hold h WHERE h.hold_id = NEW.hold_id AND h.kind = 'out_of_order') THEN
    RAISE EXCEPTION 'This seat is out of order.' USING ERRCODE = 'BX409';
  END IF;
  RETURN NULL;
END
$$;

CREATE TRIGGER show_seat_left_broken AFTER UPDATE ON boxoffice.show_seat
FOR EACH ROW WHEN (OLD.state <> 'available' AND NEW.state = 'available'
                   OR OLD.state = 'held' AND NEW.state = 'held' AND OLD.hold_id <> NEW.hold_id)
EXECUTE FUNCTION boxoffice.keep_broken_seat_that_was_left();

-- What is on sale keeps the areas that its prices were made for; a draft has no prices yet.
CREATE FUNCTION boxoffice.move_drafts_to_area() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER
SET search_path = pg_catalog, pg_temp AS $$
DECLARE
  seats integer[] := ARRAY(SELECT a.seat_id FROM rows_after a JOIN rows_before b ON b.seat_id = a.seat_id
                            WHERE a.area_id <> b.area_id);
BEGIN
  IF cardinality(seats) = 0 THEN
    RETURN NULL;
  END IF;
  -- Whoever is putting one of them on sale comes first or finds the new areas.
  PERFORM FROM boxoffice.show s
   WHERE s.status = 'draft' AND s.hall_id IN (SELECT e.hall_id FROM boxoffice.seat e WHERE e.seat_id = ANY (seats))
   ORDER BY s.show_id FOR NO KEY UPDATE;
  UPDATE boxoffice.show_seat ss SET area_id = e.area_id
    FROM boxoffice.seat e JOIN boxoffice.show s ON s.hall_id = e.hall_id AND s.status = 'draft'
   WHERE e.seat_id = ANY (seats) AND ss.show_id = s.show_id AND ss.seat_id = e.seat_id AND ss.area_id <> e.area_id;
  RETURN NULL;
END
$$;

CREATE TRIGGER seat_moves_drafts_to_area AFTER UPDATE ON boxoffice.seat
REFERENCING OLD TABLE AS rows_before NEW TABLE AS rows_after
FOR EACH STATEMENT EXECUTE FUNCTION boxoffice.move_drafts_to_area();

-- A seat that leaves its hall is not out of order any more: it is gone.
CREATE FUNCTION boxoffice.mend_retired_seats() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER
SET search_path = pg_catalog, pg_temp AS $$
BEGIN
  UPDATE boxoffice.broken_seat k SET mended_at = clock_timestamp()
    FROM rows_after a JOIN rows_before b ON b.seat_id = a.seat_id
   WHERE k.seat_id = a.seat_id AND k.mended_at IS NULL AND a.retired_at IS NOT NULL AND b.retired_at IS NULL;
  RETURN NULL;
END
$$;

CREATE TRIGGER seat_mends_retired AFTER UPDATE ON boxoffice.seat
REFERENCING OLD TABLE AS rows_before NEW TABLE AS rows_after
FOR EACH STATEMENT EXECUTE FUNCTION boxoffice.mend_retired_seats();

REVOKE ALL ON FUNCTION boxoffice.find_broken_hold(integer, integer), boxoffice.keep_broken_seats(integer[], integer[]),
  boxoffice.guard_broken_seat(), boxoffice.tell_shows_of_broken_seats(), boxoffice.find_broken_seats_of_new(),
  boxoffice.find_broken_seats_of_moved(), boxoffice.keep_broken_seat_that_was_left(), boxoffice.move_drafts_to_area(),
  boxoffice.mend_retired_seats() FROM PUBLIC;
GRANT SELECT, INSERT (seat_id, hold_id, starts_at, ends_at), UPDATE (ends_at, mended_at) ON boxoffice.broken_seat
  TO boxoffice_till;
