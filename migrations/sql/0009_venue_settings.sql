-- How long seats are kept, how many one sale takes and when the business day ends: set by who manages the terminals.
-- Name, currency, time zone and locale of a venue stay with the command line of who runs the server.
GRANT UPDATE (hold_seconds, hold_cap_seconds, basket_limit, day_ends_at, reservation_minutes,
  reservation_limit) ON boxoffice.venue TO boxoffice_till;

CREATE TRIGGER venue_permission BEFORE INSERT OR UPDATE OR DELETE ON boxoffice.venue
FOR EACH STATEMENT EXECUTE FUNCTION boxoffice.guard_permission('manage_terminals');

-- A manager sets the rules of the own venue: those of another one are that one's.
CREATE FUNCTION boxoffice.guard_own_venue() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER
SET search_path = pg_catalog, pg_temp AS $$
BEGIN
  IF EXISTS (SELECT FROM boxoffice.session_identity() i JOIN boxoffice.terminal t ON t.terminal_id = i.terminal_id
              WHERE t.venue_id <> OLD.venue_id) THEN
    RAISE EXCEPTION 'This is another venue.' USING ERRCODE = 'BX409';
  END IF;
  RETURN NEW;
END
$$;

CREATE TRIGGER venue_own BEFORE UPDATE ON boxoffice.venue
FOR EACH ROW EXECUTE FUNCTION boxoffice.guard_own_venue();

REVOKE ALL ON FUNCTION boxoffice.guard_own_venue() FROM PUBLIC;
