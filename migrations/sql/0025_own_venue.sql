-- People manage their own venue. The permission says what somebody may change, this says where: rows of another venue that
-- shares the database are that one's, also for who has the same permission here. Films and posters belong to all.

-- Arguments of the trigger: a column of the rows, and in SQL the venue that its value `r.key` belongs to. Asked once a
-- statement and once a value: putting 2,787 seats of one show into the table asks for one show.
CREATE FUNCTION boxoffice.guard_rows_of_venue() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER
SET search_path = pg_catalog, pg_temp AS $$
DECLARE
  here integer;
  is_elsewhere boolean;
BEGIN
  SELECT t.venue_id INTO here FROM boxoffice.session_identity() i JOIN boxoffice.terminal t ON t.terminal_id = i.terminal_id;
  IF here IS NULL THEN
    RETURN NULL;
  END IF;
  EXECUTE format(
    'SELECT EXISTS (SELECT FROM (%s) r WHERE (%s) IS DISTINCT FROM $1)',
    CASE TG_OP WHEN 'INSERT' THEN format('SELECT DISTINCT %I AS key FROM rows_after', TG_ARGV[0])
               WHEN 'DELETE' THEN format('SELECT DISTINCT %I AS key FROM rows_before', TG_ARGV[0])
               ELSE format('SELECT %1$I AS key FROM rows_after UNION SELECT %1$I FROM rows_before', TG_ARGV[0]) END,
    TG_ARGV[1]) INTO is_elsewhere USING here;
  IF is_elsewhere THEN
    RAISE EXCEPTION 'This is another venue.' USING ERRCODE = 'BX409';
  END IF;
  RETURN NULL;
END
$$;

DO $$
DECLARE
  guarded record;
  of_hall CONSTANT text := 'SELECT h.venue_id FROM boxoffice.hall h WHERE h.hall_id = r.key';
  of_show CONSTANT text := 'SELECT h.venue_id FROM boxoffice.show s JOIN boxoffice.hall h ON h.hall_id = s.hall_id WHERE s.show_id = r.key';
BEGIN
  FOR guarded IN
    SELECT * FROM (VALUES
      ('area', 'venue_id', 'r.key'), ('hall', 'venue_id', 'r.key'), ('tax_rate', 'venue_id', 'r.key'),
      ('ticket_type', 'venue_id', 'r.key'), ('price_list', 'venue_id', 'r.key'), ('staff', 'venue_id', 'r.key'),
      ('terminal', 'venue_id', 'r.key'), ('promotion', 'venue_id', 'r.key'), ('booking_fee', 'venue_id', 'r.key'),
      ('seat', 'hall_id', of_hall), ('show', 'hall_id', of_hall), ('show_price', 'show_id', of_show),
      ('price', 'price_list_id', 'SELECT l.venue_id FROM boxoffice.price_list l WHERE l.price_list_id = r.key'),
      ('staff_permission', 'staff_id', 'SELECT s.venue_id FROM boxoffice.staff s WHERE s.staff_id = r.key'),
      ('promotion_code', 'promotion_id', 'SELECT p.venue_id FROM boxoffice.promotion p WHERE p.promotion_id = r.key'),
      ('broken_seat', 'seat_id', 'SELECT h.venue_id FROM boxoffice.seat e JOIN boxoffice.hall h ON h.hall_id = e.hall_id WHERE e.seat_id = r.key')
    ) AS g (name, key, venue)
  LOOP
    EXECUTE format('CREATE TRIGGER %I AFTER INSERT ON boxoffice.%I REFERENCING NEW TABLE AS rows_after'
                   ' FOR EACH STATEMENT EXECUTE FUNCTION boxoffice.guard_rows_of_venue(%L, %L)',
                   guarded.name || '_venue_insert', guarded.name, guarded.key, guarded.venue);
    EXECUTE format('CREATE TRIGGER %I AFTER UPDATE ON boxoffice.%I REFERENCING OLD TABLE AS rows_before NEW TABLE AS rows_after'
                   ' FOR EACH STATEMENT EXECUTE FUNCTION boxoffice.guard_rows_of_venue(%L, %L)',
                   guarded.name || '_venue_update', guarded.name, guarded.key, guarded.venue);
    EXECUTE format('CREATE TRIGGER %I AFTER DELETE ON boxoffice.%I REFERENCING OLD TABLE AS rows_before'
                   ' FOR EACH STATEMENT EXECUTE FUNCTION boxoffice.guard_rows_of_venue(%L, %L)',
                   guarded.name || '_venue_delete', guarded.name, guarded.key, guarded.venue);
  END LOOP;
  -- The state of a seat has a guard of its own, which every hold and sale passes; here only new ones.
  EXECUTE format('CREATE TRIGGER show_seat_venue_insert AFTER INSERT ON boxoffice.show_seat REFERENCING NEW TABLE AS rows_after'
                 ' FOR EACH STATEMENT EXECUTE FUNCTION boxoffice.guard_rows_of_venue(%L, %L)', 'show_id', of_show);
END
$$;

REVOKE ALL ON FUNCTION boxoffice.guard_rows_of_venue() FROM PUBLIC;
