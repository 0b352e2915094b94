-- Reservations: kept for a name until so many minutes before the show, by the venue's rule, not the till's; each with
-- its own seats and a code. A counter that serves the customer takes the seats into its basket and says so.

CREATE FUNCTION boxoffice.guard_reservation() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER
SET search_path = pg_catalog, pg_temp AS $$
DECLARE
  who record;
  kept record;
BEGIN
  SELECT * INTO who FROM boxoffice.session_identity();
  SELECT h.kind, h.terminal_id, t.venue_id, w.status, w.starts_at, v.reservation_minutes INTO STRICT kept
    FROM boxoffice.hold h
    JOIN boxoffice.terminal t ON t.terminal_id = h.terminal_id
    JOIN boxoffice.venue v ON v.venue_id = t.venue_id
    JOIN boxoffice.show w ON w.show_id = NEW.show_id
    JOIN boxoffice.hall l ON l.hall_id = w.hall_id AND l.venue_id = v.venue_id
   WHERE h.hold_id = NEW.hold_id;
  NEW.venue_id := kept.venue_id;
  NEW.collect_by := kept.starts_at - make_interval(mins => kept.reservation_minutes);
  IF who.terminal_id IS NOT NULL THEN
    PERFORM boxoffice.require('sell');
    IF kept.kind <> 'reservation' OR kept.terminal_id <> who.terminal_id THEN
      RAISE EXCEPTION 'This hold is no reservation of this till.' USING ERRCODE = 'BX409';
    ELSIF kept.status <> 'on_sale' THEN
      RAISE EXCEPTION 'This show is not on sale.' USING ERRCODE = 'BX410';
    ELSIF NEW.collect_by <= clock_timestamp() THEN
      RAISE EXCEPTION 'It is too late to reserve seats for this show.' USING ERRCODE = 'BX409';
    END IF;
  END IF;
  RETURN NEW;
END
$$;

CREATE TRIGGER reservation_guard BEFORE INSERT ON boxoffice.reservation
FOR EACH ROW EXECUTE FUNCTION boxoffice.guard_reservation();

-- The seats of a reservation are named by the terminal that makes it, while it makes it. Later only who changes a hall's
-- layout gives it another seat for one that goes.
CREATE FUNCTION boxoffice.guard_reservation_seats() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER
SET search_path = pg_catalog, pg_temp AS $$
DECLARE
  who record;
BEGIN
  SELECT * INTO who FROM boxoffice.session_identity();
  IF who.terminal_id IS NULL THEN
    RETURN NULL;
  END IF;
  IF 'manage_halls' = ANY (who.permissions) THEN
    RETURN NULL;
  END IF;
  PERFORM boxoffice.require('sell');
  IF EXISTS (SELECT FROM new_seats n
               JOIN boxoffice.hold h ON h.hold_id = n.hold_id
               JOIN boxoffice.reservation r ON r.hold_id = n.hold_id
               JOIN boxoffice.venue v ON v.venue_id = r.venue_id
              WHERE h.terminal_id <> who.terminal_id
                 OR h.created_at < transaction_timestamp()
                 OR (SELECT count(*) FROM boxoffice.reservation_seat e WHERE e.hold_id = n.hold_id) > v.reservation_limit) THEN
    RAISE EXCEPTION 'A reservation does not take these seats.' USING ERRCODE = 'BX409';
  END IF;
  RETURN NULL;
END
$$;

CREATE TRIGGER reservation_seat_guard AFTER INSERT ON boxoffice.reservation_seat
REFERENCING NEW TABLE AS new_seats FOR EACH STATEMENT EXECUTE FUNCTION boxoffice.guard_reservation_seats();

-- Who serves a customer says so with its own name and the server's time.
CREATE FUNCTION boxoffice.guard_serving() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER
SET search_path = pg_catalog, pg_temp AS $$
DECLARE
  who record;
BEGIN
  SELECT * INTO who FROM boxoffice.session_identity();
  IF who.terminal_id IS NOT NULL THEN
    PERFORM boxoffice.require('sell');
    IF NEW.served_by <> who.terminal_id THEN
      RAISE EXCEPTION 'A till serves for itself.' USING ERRCODE = 'BX409';
    END IF;
  END IF;
  NEW.served_at := CASE WHEN NEW.served_by IS NOT NULL THEN clock_timestamp() END;
  RETURN NEW;
END
$$;

CREATE TRIGGER reservation_seat_serving BEFORE UPDATE ON boxoffice.reservation_seat
FOR EACH ROW EXECUTE FUNCTION boxoffice.guard_serving();

-- A show that starts at another time keeps its reservations until so many minutes before that.
CREATE FUNCTION boxoffice.move_reservations() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER
SET search_path = pg_catalog, pg_temp AS $$
BEGIN
  UPDATE boxoffice.reservation r SET collect_by = NEW.starts_at - make_interval(mins => v.reservation_minutes)
    FROM boxoffice.venue v
   WHERE r.show_id = NEW.show_id AND v.venue_id = r.venue_id;
  IF FOUND THEN
    UPDATE boxoffice.show_seat ss SET held_until = r.collect_by
      FROM boxoffice.reservation r
     WHERE ss.show_id = NEW.show_id AND r.hold_id = ss.hold_id AND ss.held_until > clock_timestamp();
  END IF;
  RETURN NULL;
END
$$;

CREATE TRIGGER show_moves_reservations AFTER UPDATE OF starts_at ON boxoffice.show
FOR EACH ROW WHEN (NEW.starts_at <> OLD.starts_at) EXECUTE FUNCTION boxoffice.move_reservations();

-- Names and phone numbers of customers, and for whom the house keeps seats: for people of the same venue who sell, or who
-- change shows and halls and have to tell the customers. A till at which nobody is signed in reads none of them.
CREATE FUNCTION boxoffice.venue_of_names() RETURNS integer
LANGUAGE sql STABLE SECURITY DEFINER
SET search_path = pg_catalog, pg_temp AS $$
  SELECT t.venue_id FROM boxoffice.session_identity() i JOIN boxoffice.terminal t ON t.terminal_id = i.terminal_id
   WHERE i.permissions && ARRAY['sell', 'manage_schedule', 'manage_halls']
$$;

-- Each subselect is asked once a query, not once a row, and for holds only when one with a name comes up: baskets, which
-- every map reads, are nobody's secret.
ALTER TABLE boxoffice.reservation ENABLE ROW LEVEL SECURITY;
CREATE POLICY reservation_readers ON boxoffice.reservation FOR SELECT TO boxoffice_till
  USING (venue_id = (SELECT boxoffice.venue_of_names()));
CREATE POLICY reservation_makers ON boxoffice.reservation FOR INSERT TO boxoffice_till WITH CHECK (true);
ALTER TABLE boxoffice.hold ENABLE ROW LEVEL SECURITY;
CREATE POLICY hold_readers ON boxoffice.hold FOR SELECT TO boxoffice_till
  USING (kind IN ('basket', 'out_of_order')
         OR terminal_id IN (SELECT t.terminal_id FROM boxoffice.terminal t WHERE t.venue_id = (SELECT boxoffice.venue_of_names())));
CREATE POLICY hold_makers ON boxoffice.hold FOR INSERT TO boxoffice_till WITH CHECK (true);

REVOKE ALL ON FUNCTION boxoffice.move_reservations(), boxoffice.guard_reservation(), boxoffice.guard_reservation_seats(), boxoffice.guard_serving(),
  boxoffice.venue_of_names() FROM PUBLIC;
GRANT EXECUTE ON FUNCTION boxoffice.venue_of_names() TO boxoffice_till;
GRANT SELECT ON boxoffice.reservation, boxoffice.reservation_seat TO boxoffice_till;
GRANT INSERT (hold_id, show_id, code, name_key, phone) ON boxoffice.reservation TO boxoffice_till;
GRANT INSERT (hold_id, seat_id) ON boxoffice.reservation_seat TO boxoffice_till;
GRANT UPDATE (served_by) ON boxoffice.reservation_seat TO boxoffice_till;
