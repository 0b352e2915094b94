-- The door: who was let in, once a ticket; the public halves of the keys that tills sign tickets with.
-- `admission`, `late_scan` and `ticket_key` are written by the functions below and by nobody else.

-- A till signs what it prints with a key of its own. Ed25519 is not in PostgreSQL, so the private half stays with the till
-- that made it, and doors take the public halves of living terminals from here (see services/door/signing.py).
CREATE TABLE boxoffice.ticket_key (
  ticket_key_id INTEGER GENERATED ALWAYS AS IDENTITY,
  terminal_id INTEGER NOT NULL,
  public_key BYTEA NOT NULL,
  registered_at TIMESTAMP WITH TIME ZONE DEFAULT clock_timestamp() NOT NULL,
  revoked_at TIMESTAMP WITH TIME ZONE,
  CONSTRAINT ticket_key_pkey PRIMARY KEY (ticket_key_id),
  CONSTRAINT ticket_key_public_key_key UNIQUE (public_key),
  CONSTRAINT ticket_key_is_ed25519 CHECK (length(public_key) = 32),
  CONSTRAINT ticket_key_terminal_id_fkey FOREIGN KEY(terminal_id) REFERENCES boxoffice.terminal (terminal_id)
);

CREATE UNIQUE INDEX ticket_key_one_living ON boxoffice.ticket_key (terminal_id) WHERE revoked_at IS NULL;

CREATE TABLE boxoffice.admission (
  admission_id BIGINT GENERATED ALWAYS AS IDENTITY,
  ticket_id BIGINT NOT NULL,
  show_id INTEGER NOT NULL,
  scan_id UUID NOT NULL,
  door TEXT NOT NULL,
  terminal_id INTEGER NOT NULL,
  staff_id INTEGER NOT NULL,
  admitted_at TIMESTAMP WITH TIME ZONE NOT NULL,
  undone_at TIMESTAMP WITH TIME ZONE,
  undone_terminal_id INTEGER,
  undone_by INTEGER,
  CONSTRAINT admission_pkey PRIMARY KEY (admission_id),
  CONSTRAINT admission_door_short CHECK (length(door) <= 120),
  CONSTRAINT admission_undone_whole CHECK ((undone_at IS NULL) = (undone_by IS NULL) AND (undone_at IS NULL) = (undone_terminal_id IS NULL)),
  CONSTRAINT admission_ticket_id_fkey FOREIGN KEY(ticket_id) REFERENCES boxoffice.ticket (ticket_id),
  CONSTRAINT admission_terminal_id_fkey FOREIGN KEY(terminal_id) REFERENCES boxoffice.terminal (terminal_id),
  CONSTRAINT admission_staff_id_fkey FOREIGN KEY(staff_id) REFERENCES boxoffice.staff (staff_id)
);

-- The net under the lock of `admit`: a ticket lets one person in.
CREATE UNIQUE INDEX admission_once ON boxoffice.admission (ticket_id) WHERE undone_at IS NULL;
CREATE UNIQUE INDEX admission_scan_key ON boxoffice.admission (scan_id);
CREATE INDEX admission_show_ix ON boxoffice.admission (show_id, admission_id);

-- What a door decided by itself while the server was away, and what the server found when it heard of it.
CREATE TABLE boxoffice.late_scan (
  scan_id UUID NOT NULL,
  terminal_id INTEGER NOT NULL,
  staff_id INTEGER NOT NULL,
  door TEXT NOT NULL,
  scanned_at TIMESTAMP WITH TIME ZONE NOT NULL,
  received_at TIMESTAMP WITH TIME ZONE DEFAULT clock_timestamp() NOT NULL,
  ticket_id BIGINT,
  outcome TEXT NOT NULL,
  CONSTRAINT late_scan_pkey PRIMARY KEY (scan_id),
  CONSTRAINT late_scan_outcome_known CHECK (outcome IN ('admitted', 'already_in', 'voided', 'replaced', 'unknown')),
  CONSTRAINT late_scan_door_short CHECK (length(door) <= 120),
  CONSTRAINT late_scan_terminal_id_fkey FOREIGN KEY(terminal_id) REFERENCES boxoffice.terminal (terminal_id),
  CONSTRAINT late_scan_staff_id_fkey FOREIGN KEY(staff_id) REFERENCES boxoffice.staff (staff_id),
  CONSTRAINT late_scan_ticket_id_fkey FOREIGN KEY(ticket_id) REFERENCES boxoffice.ticket (ticket_id)
);

CREATE INDEX late_scan_received_ix ON boxoffice.late_scan (received_at);

-- Rows stay as they were written, whoever asks; what may be set once is set once.
CREATE FUNCTION boxoffice.guard_admission() RETURNS trigger
LANGUAGE plpgsql
SET search_path = pg_catalog, pg_temp AS $$
BEGIN
  IF TG_OP <> 'UPDATE' OR TG_TABLE_NAME = 'late_scan' THEN
    RAISE EXCEPTION 'What happened at the door is never changed.' USING ERRCODE = 'BX409';
  ELSIF TG_TABLE_NAME = 'admission' THEN
    IF OLD.undone_at IS NOT NULL
       OR to_jsonb(NEW) - '{undone_at,undone_by,undone_terminal_id}'::text[]
          IS DISTINCT FROM to_jsonb(OLD) - '{undone_at,undone_by,undone_terminal_id}'::text[] THEN
      RAISE EXCEPTION 'An admission can be undone once, and not changed.' USING ERRCODE = 'BX409';
    END IF;
  ELSIF OLD.revoked_at IS NOT NULL OR to_jsonb(NEW) - 'revoked_at' IS DISTINCT FROM to_jsonb(OLD) - 'revoked_at' THEN
    RAISE EXCEPTION 'A key can be revoked once, and not changed.' USING ERRCODE = 'BX409';
  END IF;
  RETURN NEW;
END
$$;

CREATE TRIGGER admission_stays BEFORE UPDATE ON boxoffice.admission
FOR EACH ROW EXECUTE FUNCTION boxoffice.guard_admission();
CREATE TRIGGER admission_kept BEFORE DELETE OR TRUNCATE ON boxoffice.admission
FOR EACH STATEMENT EXECUTE FUNCTION boxoffice.guard_admission();
CREATE TRIGGER late_scan_kept BEFORE UPDATE OR DELETE OR TRUNCATE ON boxoffice.late_scan
FOR EACH STATEMENT EXECUTE FUNCTION boxoffice.guard_admission();
CREATE TRIGGER ticket_key_stays BEFORE UPDATE ON boxoffice.ticket_key
FOR EACH ROW EXECUTE FUNCTION boxoffice.guard_admission();
CREATE TRIGGER ticket_key_kept BEFORE DELETE OR TRUNCATE ON boxoffice.ticket_key
FOR EACH STATEMENT EXECUTE FUNCTION boxoffice.guard_admission();
CREATE TRIGGER ticket_key_audit_insert AFTER INSERT ON boxoffice.ticket_key REFERENCING NEW TABLE AS rows_after
FOR EACH STATEMENT EXECUTE FUNCTION boxoffice.write_audit('ticket_key_id', 'public_key');
CREATE TRIGGER ticket_key_audit_update AFTER UPDATE ON boxoffice.ticket_key
REFERENCING OLD TABLE AS rows_before NEW TABLE AS rows_after
FOR EACH STATEMENT EXECUTE FUNCTION boxoffice.write_audit('ticket_key_id', 'public_key');

-- The number of this terminal's key, registered if it has none yet. Null when it may not have this one: another one is
-- living (then it takes who manages the terminals, and the old one ends), or it is somebody else's, or it was revoked.
CREATE FUNCTION boxoffice.register_ticket_key(p_public_key bytea) RETURNS integer
LANGUAGE plpgsql SECURITY DEFINER
SET search_path = pg_catalog, pg_temp AS $$
DECLARE
  who record;
  known record;
  given integer;
BEGIN
  SELECT * INTO who FROM boxoffice.session_identity();
  IF who.terminal_id IS NULL OR length(p_public_key) IS DISTINCT FROM 32 THEN
    RETURN NULL;
  END IF;
  PERFORM pg_advisory_xact_lock(7342904, who.terminal_id);
  SELECT k.* INTO known FROM boxoffice.ticket_key k WHERE k.public_key = p_public_key;
  IF FOUND THEN
    RETURN CASE WHEN known.terminal_id = who.terminal_id AND known.revoked_at IS NULL THEN known.ticket_key_id END;
  ELSIF EXISTS (SELECT FROM boxoffice.ticket_key k WHERE k.terminal_id = who.terminal_id AND k.revoked_at IS NULL) THEN
    IF NOT coalesce('manage_terminals' = ANY (who.permissions), false) THEN
      RETURN NULL;
    END IF;
    UPDATE boxoffice.ticket_key k SET revoked_at = clock_timestamp()
     WHERE k.terminal_id = who.terminal_id AND k.revoked_at IS NULL;
  END IF;
  INSERT INTO boxoffice.ticket_key (terminal_id, public_key) VALUES (who.terminal_id, p_public_key)
  RETURNING ticket_key_id INTO given;
  RETURN given;
END
$$;

-- The ticket of a code (16 bytes), or of the beginning of one that somebody has typed (8 bytes, of which 60 bits count),
-- and which of its copies the code belongs to. Nothing when there is none, or when two begin alike.
CREATE FUNCTION boxoffice.find_ticket(p_code bytea, OUT ticket_id bigint, OUT copy integer)
LANGUAGE plpgsql STABLE SECURITY DEFINER
SET search_path = pg_catalog, pg_temp AS $$
DECLARE
  low bytea;
  high bytea;
  found_ids bigint[];
BEGIN
  copy := 1;
  IF length(p_code) = 16 THEN
    SELECT k.ticket_id INTO find_ticket.ticket_id FROM boxoffice.ticket k WHERE k.code = p_code;
    IF NOT FOUND AND to_regclass('boxoffice.ticket_copy') IS NOT NULL THEN
      SELECT c.ticket_id, c.copy INTO find_ticket.ticket_id, find_ticket.copy
        FROM boxoffice.ticket_copy c WHERE c.code = p_code;
    END IF;
  ELSIF length(p_code) = 8 THEN
    low := set_byte(p_code, 7, get_byte(p_code, 7) & 240) || decode(repeat('00', 8), 'hex');
    high := set_byte(p_code, 7, get_byte(p_code, 7) | 15) || decode(repeat('ff', 8), 'hex');
    -- In the index's order: a plan for any range would read the whole table.
    found_ids := ARRAY(SELECT k.ticket_id FROM boxoffice.ticket k WHERE k.code BETWEEN low AND high ORDER BY k.code LIMIT 2);
    IF cardinality(found_ids) = 1 THEN
      ticket_id := found_ids[1];
    ELSIF cardinality(found_ids) = 0 AND to_regclass('boxoffice.ticket_copy') IS NOT NULL THEN
      SELECT min(c.ticket_id), min(c.copy) INTO find_ticket.ticket_id, find_ticket.copy
        FROM (SELECT t.ticket_id, t.copy FROM boxoffice.ticket_copy t
               WHERE t.code BETWEEN low AND high ORDER BY t.code LIMIT 2) c
      HAVING count(*) = 1;
    END IF;
  END IF;
END
$$;

-- Judges a scan and lets in whom it may. A code that is no good is an answer, never an error.
--
-- `p_show_id` is the show of this door, or else `p_hall_id` its hall, or else any show of the venue today.
-- `p_scanned_at` is given for what a door decided alone: then only the ticket is judged, not the place, and what is found
-- is kept in `late_scan`. The same scan asked twice has the same answer. `since`, `place` and `person` tell of the
-- admission, the refund or the reprint that stands against it; `detail` which kind of refund, or which copy.
CREATE FUNCTION boxoffice.admit(
  p_code bytea, p_scan_id uuid, p_door text, p_hall_id integer, p_show_id integer, p_scanned_at timestamptz,
  OUT outcome text, OUT admission_id bigint, OUT ticket_id bigint, OUT show_id integer, OUT title text, OUT hall_name text,
  OUT starts_at timestamptz, OUT seat_name text, OUT seat_kind text, OUT ticket_type text,
  OUT since timestamptz, OUT place text, OUT person text, OUT detail text)
LANGUAGE plpgsql SECURITY DEFINER
SET search_path = pg_catalog, pg_temp AS $$
DECLARE
  who record;
  seen record;
  card record;
  standing record;
  newest record;
  right_now timestamptz;
BEGIN
  SELECT * INTO who FROM boxoffice.session_identity();
  IF who.staff_id IS NULL THEN
    RAISE EXCEPTION 'Nobody is signed in on this connection.' USING ERRCODE = 'BX401';
  ELSIF NOT 'admit' = ANY (who.permissions) THEN
    RAISE EXCEPTION 'This needs the permission admit.' USING ERRCODE = 'BX403', DETAIL = 'admit';
  END IF;
  IF p_scanned_at IS NOT NULL THEN
    SELECT l.outcome INTO admit.outcome FROM boxoffice.late_scan l WHERE l.scan_id = p_scan_id;
    IF FOUND THEN
      RETURN;
    END IF;
  END IF;
  SELECT * INTO seen FROM boxoffice.find_ticket(p_code);
  -- First the lock: what two doors, a refund and a reprint do to one ticket happens one after the other.
  SELECT k.* INTO card FROM boxoffice.ticket k WHERE k.ticket_id = seen.ticket_id FOR NO KEY UPDATE;
  IF NOT FOUND THEN
    outcome := 'unknown';
  ELSE
    right_now := clock_timestamp();
    admit.ticket_id := card.ticket_id;
    admit.show_id := card.show_id;
    SELECT CASE WHEN v.venue_id = o.venue_id THEN h.name ELSE concat_ws(', ', h.name, v.name) END, m.title, w.starts_at,
           e.name, e.kind, y.name,
           CASE WHEN w.status = 'cancelled' THEN 'cancelled'
                WHEN w.show_id = p_show_id AND v.venue_id = o.venue_id THEN NULL
                WHEN (w.starts_at AT TIME ZONE v.time_zone - v.day_ends_at::interval)::date
                  <> (right_now AT TIME ZONE v.time_zone - v.day_ends_at::interval)::date THEN 'wrong_day'
                WHEN v.venue_id <> o.venue_id OR w.hall_id <> coalesce(
                  p_hall_id, (SELECT c.hall_id FROM boxoffice.show c WHERE c.show_id = p_show_id), w.hall_id) THEN 'wrong_hall'
                WHEN p_show_id IS NOT NULL THEN 'wrong_show'
                WHEN w.ends_at < right_now THEN 'show_over' END
      INTO admit.hall_name, admit.title, admit.starts_at, admit.seat_name, admit.seat_kind, admit.ticket_type, admit.outcome
      FROM boxoffice.show w
      JOIN boxoffice.hall h ON h.hall_id = w.hall_id
      JOIN boxoffice.venue v ON v.venue_id = h.venue_id
      JOIN boxoffice.movie m ON m.movie_id = w.movie_id
      JOIN boxoffice.seat e ON e.seat_id = card.seat_id
      JOIN boxoffice.ticket_type y ON y.ticket_type_id = card.ticket_type_id
      JOIN boxoffice.terminal o ON o.terminal_id = who.terminal_id
     WHERE w.show_id = card.show_id;
    IF p_scanned_at IS NOT NULL THEN
      outcome := NULL;
    END IF;
    IF card.voided_by IS NOT NULL THEN
      outcome := 'voided';
      IF to_regclass('boxoffice.refund') IS NOT NULL THEN
        SELECT r.refunded_at, t.name, s.display_name, r.kind INTO since, place, person, detail
          FROM boxoffice.refund r
          LEFT JOIN boxoffice.terminal t ON t.terminal_id = r.terminal_id
          LEFT JOIN boxoffice.staff s ON s.staff_id = r.staff_id
         WHERE r.refund_id = card.voided_by;
      END IF;
    ELSIF to_regclass('boxoffice.ticket_copy') IS NOT NULL THEN
      -- No word of the newer copy but its number: its code stays with who printed it.
      SELECT c.copy, c.at, t.name, s.display_name INTO newest
        FROM boxoffice.ticket_copy c
        LEFT JOIN boxoffice.terminal t ON t.terminal_id = c.terminal_id
        LEFT JOIN boxoffice.staff s ON s.staff_id = c.staff_id
       WHERE c.ticket_id = card.ticket_id AND c.copy > seen.copy ORDER BY c.copy DESC LIMIT 1;
      IF FOUND THEN
        outcome := 'replaced';
        since := newest.at;
        place := newest.name;
        person := newest.display_name;
        detail := newest.copy;
      END IF;
    END IF;
  END IF;
  IF outcome IS NULL THEN
    INSERT INTO boxoffice.admission (ticket_id, show_id, scan_id, door, terminal_id, staff_id, admitted_at)
    VALUES (card.ticket_id, card.show_id, p_scan_id, p_door, who.terminal_id, who.staff_id,
            least(coalesce(p_scanned_at, right_now), right_now))
    ON CONFLICT DO NOTHING RETURNING admission.admission_id, admission.admitted_at INTO admit.admission_id, admit.since;
    outcome := 'admitted';
    IF NOT FOUND THEN
      SELECT a.admission_id, a.admitted_at, a.door, a.scan_id, s.display_name INTO standing
        FROM boxoffice.admission a JOIN boxoffice.staff s ON s.staff_id = a.staff_id
       WHERE a.ticket_id = card.ticket_id AND a.undone_at IS NULL;
      IF standing.scan_id IS DISTINCT FROM p_scan_id THEN
        outcome := 'already_in';
      END IF;
      admission_id := standing.admission_id;
      since := standing.admitted_at;
      place := standing.door;
      person := standing.display_name;
    END IF;
  END IF;
  IF p_scanned_at IS NOT NULL THEN
    INSERT INTO boxoffice.late_scan (scan_id, terminal_id, staff_id, door, scanned_at, ticket_id, outcome)
    VALUES (p_scan_id, who.terminal_id, who.staff_id, p_door, least(p_scanned_at, clock_timestamp()), card.ticket_id,
            admit.outcome);
  END IF;
END
$$;

-- Takes an admission back, for who may approve; false when there is none standing of that number in this venue.
CREATE FUNCTION boxoffice.undo_admission(p_admission_id bigint) RETURNS boolean
LANGUAGE plpgsql SECURITY DEFINER
SET search_path = pg_catalog, pg_temp AS $$
DECLARE
  who record;
BEGIN
  PERFORM boxoffice.require('approve');
  SELECT * INTO who FROM boxoffice.session_identity();
  UPDATE boxoffice.admission a
     SET undone_at = clock_timestamp(), undone_by = who.staff_id, undone_terminal_id = who.terminal_id
    FROM boxoffice.terminal t JOIN boxoffice.terminal o ON o.venue_id = t.venue_id
   WHERE a.admission_id = p_admission_id AND a.undone_at IS NULL
     AND t.terminal_id = a.terminal_id AND o.terminal_id = who.terminal_id;
  RETURN FOUND;
END
$$;

-- What a door takes with it for the time without a server: the venue's shows of today and tomorrow, and of each the codes
-- that let nobody in any more, as the first 16 bytes of their SHA-256, one after the other. No code, no person.
CREATE FUNCTION boxoffice.door_book()
RETURNS TABLE (show_id integer, admitted bytea, voided bytea, replaced bytea)
LANGUAGE plpgsql STABLE SECURITY DEFINER
SET search_path = pg_catalog, pg_temp AS $$
DECLARE
  here integer;
  has_copies boolean := to_regclass('boxoffice.ticket_copy') IS NOT NULL;
  shown record;
BEGIN
  PERFORM boxoffice.require('admit');
  SELECT t.venue_id INTO here FROM boxoffice.session_identity() i JOIN boxoffice.terminal t ON t.terminal_id = i.terminal_id;
  FOR shown IN
    SELECT w.show_id FROM boxoffice.show w JOIN boxoffice.hall h ON h.hall_id = w.hall_id
     WHERE h.venue_id = here AND w.status <> 'draft'
       AND w.starts_at BETWEEN clock_timestamp() - interval '18 hours' AND clock_timestamp() + interval '36 hours'
  LOOP
    door_book.show_id := shown.show_id;
    replaced := ''::bytea;
    SELECT coalesce(string_agg(substring(sha256(k.code) FOR 16), ''::bytea), '') INTO door_book.admitted
      FROM boxoffice.admission a JOIN boxoffice.ticket k ON k.ticket_id = a.ticket_id
     WHERE a.show_id = shown.show_id AND a.undone_at IS NULL;
    SELECT coalesce(string_agg(substring(sha256(k.code) FOR 16), ''::bytea), '') INTO door_book.voided
      FROM boxoffice.ticket k WHERE k.show_id = shown.show_id AND k.voided_by IS NOT NULL;
    IF has_copies THEN
      -- The last copy of a ticket is what its first was: in, or dead.
      SELECT admitted || coalesce(string_agg(substring(sha256(c.code) FOR 16), ''::bytea) FILTER (WHERE a.ticket_id IS NOT NULL), ''),
             voided || coalesce(string_agg(substring(sha256(c.code) FOR 16), ''::bytea) FILTER (WHERE k.voided_by IS NOT NULL), '')
        INTO door_book.admitted, door_book.voided
        FROM boxoffice.ticket k JOIN boxoffice.ticket_copy c ON c.ticket_id = k.ticket_id
        LEFT JOIN boxoffice.admission a ON a.ticket_id = k.ticket_id AND a.undone_at IS NULL
       WHERE k.show_id = shown.show_id AND (a.ticket_id IS NOT NULL OR k.voided_by IS NOT NULL);
      SELECT coalesce(string_agg(substring(sha256(o.code) FOR 16), ''::bytea), '') INTO door_book.replaced
        FROM (SELECT k.ticket_id, k.code, 1 AS copy FROM boxoffice.ticket k
               WHERE k.show_id = shown.show_id
                 AND EXISTS (SELECT FROM boxoffice.ticket_copy c WHERE c.ticket_id = k.ticket_id)
              UNION ALL
              SELECT c.ticket_id, c.code, c.copy FROM boxoffice.ticket_copy c
                JOIN boxoffice.ticket k ON k.ticket_id = c.ticket_id AND k.show_id = shown.show_id) o
       WHERE EXISTS (SELECT FROM boxoffice.ticket_copy n WHERE n.ticket_id = o.ticket_id AND n.copy > o.copy);
    END IF;
    RETURN NEXT;
  END LOOP;
END
$$;

REVOKE ALL ON FUNCTION boxoffice.guard_admission(), boxoffice.register_ticket_key(bytea), boxoffice.find_ticket(bytea),
  boxoffice.admit(bytea, uuid, text, integer, integer, timestamptz), boxoffice.undo_admission(bigint), boxoffice.door_book()
  FROM PUBLIC;
GRANT EXECUTE ON FUNCTION boxoffice.register_ticket_key(bytea),
  boxoffice.admit(bytea, uuid, text, integer, integer, timestamptz), boxoffice.undo_admission(bigint), boxoffice.door_book()
  TO boxoffice_till;
GRANT SELECT ON boxoffice.admission, boxoffice.late_scan, boxoffice.ticket_key TO boxoffice_till;
