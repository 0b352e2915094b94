-- Drafts are really deleted, and the times of a price list may pass midnight.

-- A show seat that goes asks whether a ticket names it, voided ones too; without this index every seat would read all
-- tickets. The history of a seat goes the same way.
CREATE INDEX ticket_place_ix ON boxoffice.ticket (show_id, seat_id);

-- Deletes draft shows with their seats, all or none, and answers how many. Tills cannot delete shows otherwise.
-- Only a draft goes, of the venue, that has no prices any more, no seat that is sold or held alive, and no ticket or
-- reservation, be it paid back or given up long ago: what was sold keeps its show. The permission and the audit are those of the tables' own triggers.
CREATE FUNCTION boxoffice.delete_drafts(p_shows integer[]) RETURNS integer
LANGUAGE plpgsql SECURITY DEFINER
SET search_path = pg_catalog, pg_temp AS $$
DECLARE
  who record;
  locked integer;
  gone integer;
BEGIN
  PERFORM boxoffice.require('manage_schedule');
  SELECT * INTO who FROM boxoffice.session_identity();
  PERFORM FROM boxoffice.show s WHERE s.show_id = ANY (p_shows) ORDER BY s.show_id FOR UPDATE;
  GET DIAGNOSTICS locked = ROW_COUNT;
  IF locked <> (SELECT count(DISTINCT id) FROM unnest(p_shows) id) THEN
    RAISE EXCEPTION 'There is no such show.' USING ERRCODE = 'BX409';
  END IF;
  -- Judged after the lock: what was sold while we waited is seen.
  IF EXISTS (
    SELECT FROM boxoffice.show s JOIN boxoffice.hall h ON h.hall_id = s.hall_id
     WHERE s.show_id = ANY (p_shows)
       AND (s.status <> 'draft'
            OR (who.terminal_id IS NOT NULL
                AND h.venue_id IS DISTINCT FROM
                    (SELECT t.venue_id FROM boxoffice.terminal t WHERE t.terminal_id = who.terminal_id))
            OR EXISTS (SELECT FROM boxoffice.show_price p WHERE p.show_id = s.show_id)
            OR EXISTS (SELECT FROM boxoffice.ticket k WHERE k.show_id = s.show_id)
            OR EXISTS (SELECT FROM boxoffice.reservation v WHERE v.show_id = s.show_id)
            OR EXISTS (SELECT FROM boxoffice.show_seat x
                        WHERE x.show_id = s.show_id
                          AND (x.state = 'sold'
                               OR (x.state = 'held'
                                   AND (x.held_until IS NULL OR x.held_until > clock_timestamp())
                                   -- A broken seat is nobody's.
                                   AND NOT EXISTS (SELECT FROM boxoffice.hold o
                                                    WHERE o.hold_id = x.hold_id AND o.kind = 'out_of_order')))))) THEN
    RAISE EXCEPTION 'Only drafts that nobody has or had a seat of are deleted; put it on sale and cancel it instead.'
      USING ERRCODE = 'BX409';
  END IF;
  DELETE FROM boxoffice.show_seat WHERE show_id = ANY (p_shows);
  DELETE FROM boxoffice.show WHERE show_id = ANY (p_shows);
  GET DIAGNOSTICS gone = ROW_COUNT;
  RETURN gone;
END
$$;

REVOKE ALL ON FUNCTION boxoffice.delete_drafts(integer[]) FROM PUBLIC;
GRANT EXECUTE ON FUNCTION boxoffice.delete_drafts(integer[]) TO boxoffice_till;

-- Until now a deleted draft stayed as a cancelled show that never had prices: those go.
DELETE FROM boxoffice.show_seat x USING boxoffice.show s
 WHERE s.show_id = x.show_id AND s.status = 'cancelled'
   AND NOT EXISTS (SELECT FROM boxoffice.show_price p WHERE p.show_id = s.show_id)
   AND NOT EXISTS (SELECT FROM boxoffice.ticket k WHERE k.show_id = s.show_id)
   AND NOT EXISTS (SELECT FROM boxoffice.reservation v WHERE v.show_id = s.show_id);
DELETE FROM boxoffice.show s
 WHERE s.status = 'cancelled'
   AND NOT EXISTS (SELECT FROM boxoffice.show_price p WHERE p.show_id = s.show_id)
   AND NOT EXISTS (SELECT FROM boxoffice.ticket k WHERE k.show_id = s.show_id)
   AND NOT EXISTS (SELECT FROM boxoffice.reservation v WHERE v.show_id = s.show_id);

-- A list's times are clock times of the business day, so 20:00 to 02:00 is an evening; only no time at all is wrong.
ALTER TABLE boxoffice.price_list DROP CONSTRAINT price_list_times_in_order;
ALTER TABLE boxoffice.price_list ADD CONSTRAINT price_list_times_differ CHECK (from_time <> to_time);
