-- Who may manage people: with manage_staff, and never beyond oneself. Nobody gives or takes a permission that he lacks,
-- nobody changes somebody who may do more, and nothing becomes ungivable: for every permission that a staff manager
-- had, one is left who has it.

-- What of a person's permissions the one who asks lacks; none for the owner, whose command line may do anything.
CREATE FUNCTION boxoffice.beyond_me(p_staff_id integer) RETURNS text
LANGUAGE plpgsql STABLE SECURITY DEFINER
SET search_path = pg_catalog, pg_temp AS $$
DECLARE
  who record;
BEGIN
  SELECT * INTO who FROM boxoffice.session_identity();
  RETURN (SELECT min(p.permission) FROM boxoffice.staff_permission p
           WHERE who.terminal_id IS NOT NULL AND p.staff_id = p_staff_id AND NOT p.permission = ANY (who.permissions));
END
$$;

CREATE FUNCTION boxoffice.guard_staff() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER
SET search_path = pg_catalog, pg_temp AS $$
DECLARE
  lacking text := boxoffice.beyond_me(OLD.staff_id);
BEGIN
  IF lacking IS NOT NULL THEN
    RAISE EXCEPTION 'This person may do more than you.' USING ERRCODE = 'BX403', DETAIL = lacking;
  END IF;
  RETURN NEW;
END
$$;

CREATE FUNCTION boxoffice.guard_staff_permission() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER
SET search_path = pg_catalog, pg_temp AS $$
DECLARE
  who record;
  word text := CASE TG_OP WHEN 'DELETE' THEN OLD.permission ELSE NEW.permission END;
BEGIN
  SELECT * INTO who FROM boxoffice.session_identity();
  IF who.terminal_id IS NOT NULL AND NOT coalesce(word = ANY (who.permissions), false) THEN
    RAISE EXCEPTION 'Nobody gives or takes a permission that he lacks.' USING ERRCODE = 'BX403', DETAIL = word;
  END IF;
  RETURN CASE TG_OP WHEN 'DELETE' THEN OLD ELSE NEW END;
END
$$;

CREATE TRIGGER staff_manager BEFORE INSERT OR UPDATE OR DELETE ON boxoffice.staff
FOR EACH STATEMENT EXECUTE FUNCTION boxoffice.guard_permission('manage_staff');
CREATE TRIGGER staff_permission_manager BEFORE INSERT OR UPDATE OR DELETE ON boxoffice.staff_permission
FOR EACH STATEMENT EXECUTE FUNCTION boxoffice.guard_permission('manage_staff');
CREATE TRIGGER terminal_manager BEFORE INSERT OR UPDATE OR DELETE ON boxoffice.terminal
FOR EACH STATEMENT EXECUTE FUNCTION boxoffice.guard_permission('manage_terminals');
CREATE TRIGGER staff_within_me BEFORE UPDATE ON boxoffice.staff
FOR EACH ROW EXECUTE FUNCTION boxoffice.guard_staff();
CREATE TRIGGER staff_permission_within_me BEFORE INSERT OR DELETE ON boxoffice.staff_permission
FOR EACH ROW EXECUTE FUNCTION boxoffice.guard_staff_permission();

-- Refuses when somebody of `changed`, who managed staff and had the permissions `had`, was the last who could give one.
-- Two who take from each other at the same time wait here for each other: the second sees what the first did.
CREATE FUNCTION boxoffice.require_managers(changed integer, had text[]) RETURNS void
LANGUAGE plpgsql SECURITY DEFINER
SET search_path = pg_catalog, pg_temp AS $$
DECLARE
  lost text;
BEGIN
  IF NOT 'manage_staff' = ANY (had) OR (SELECT i.terminal_id FROM boxoffice.session_identity() i) IS NULL THEN
    RETURN;
  END IF;
  PERFORM pg_advisory_xact_lock(7146003, 0);
  SELECT min(h.word) INTO lost FROM unnest(had) h (word)
   WHERE NOT EXISTS (
     SELECT FROM boxoffice.staff s
       JOIN boxoffice.staff_permission m ON m.staff_id = s.staff_id AND m.permission = 'manage_staff'
       JOIN boxoffice.staff_permission p ON p.staff_id = s.staff_id AND p.permission = h.word
       JOIN boxoffice.staff_secret k ON k.staff_id = s.staff_id
      WHERE s.is_active);
  IF lost IS NOT NULL THEN
    RAISE EXCEPTION 'This is the last person who can give the permission %.', replace(lost, '_', ' ')
      USING ERRCODE = 'BX409', DETAIL = lost;
  END IF;
END
$$;

CREATE FUNCTION boxoffice.guard_last_manager() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER
SET search_path = pg_catalog, pg_temp AS $$
BEGIN
  IF TG_TABLE_NAME = 'staff' THEN
    PERFORM boxoffice.require_managers(b.staff_id, ARRAY(
              SELECT p.permission FROM boxoffice.staff_permission p WHERE p.staff_id = b.staff_id))
       FROM rows_before b WHERE b.is_active;
  ELSE
    PERFORM boxoffice.require_managers(b.staff_id, b.had) FROM (
      SELECT g.staff_id, g.gone || ARRAY(SELECT p.permission FROM boxoffice.staff_permission p WHERE p.staff_id = g.staff_id) AS had
        FROM (SELECT r.staff_id, array_agg(r.permission) AS gone FROM rows_before r GROUP BY r.staff_id) g
        JOIN boxoffice.staff s ON s.staff_id = g.staff_id AND s.is_active) b;
  END IF;
  RETURN NULL;
END
$$;

CREATE TRIGGER staff_last_manager AFTER UPDATE ON boxoffice.staff
REFERENCING OLD TABLE AS rows_before FOR EACH STATEMENT EXECUTE FUNCTION boxoffice.guard_last_manager();
CREATE TRIGGER staff_permission_last_manager AFTER DELETE ON boxoffice.staff_permission
REFERENCING OLD TABLE AS rows_before FOR EACH STATEMENT EXECUTE FUNCTION boxoffice.guard_last_manager();

-- Sets somebody's secret. For others it takes manage_staff and no less than all they may; for oneself the old key, which
-- this terminal has offered (`offer_key`) in a transaction that is committed: an unattended till must not give its
-- person's PIN away by trying, and a wrong try that could be rolled back would never be counted.
-- Answers 'ok', 'refused' or 'locked' instead of raising, since a raise would give the offer back.
CREATE FUNCTION boxoffice.set_staff_secret(
  p_staff_id integer, p_salt bytea, p_key_hash bytea, OUT outcome text, OUT wait_seconds integer)
LANGUAGE plpgsql SECURITY DEFINER
SET search_path = pg_catalog, pg_temp AS $$
DECLARE
  who record;
  secret record;
  offered bytea;
  lacking text;
BEGIN
  wait_seconds := 0;
  SELECT * INTO who FROM boxoffice.session_identity();
  IF length(p_salt) IS DISTINCT FROM 16 OR length(p_key_hash) IS DISTINCT FROM 32 THEN
    RAISE EXCEPTION 'That is no secret.' USING ERRCODE = 'BX409';
  ELSIF NOT EXISTS (SELECT FROM boxoffice.staff s WHERE s.staff_id = p_staff_id) THEN
    RAISE EXCEPTION 'There is no such person.' USING ERRCODE = 'BX409';
  END IF;
  IF who.staff_id = p_staff_id THEN
    -- As in `sign_in`: what is visible and not our own transaction's is committed, and so is its count.
    DELETE FROM boxoffice.sign_in_try t
     WHERE t.terminal_id = who.terminal_id AND t.staff_id = p_staff_id AND t.xact <> pg_current_xact_id()::text
       AND t.at > clock_timestamp() - interval '1 minute'
    RETURNING t.key_hash INTO offered;
    SELECT k.* INTO secret FROM boxoffice.staff_secret k WHERE k.staff_id = p_staff_id FOR UPDATE;
    IF offered IS NULL OR offered IS DISTINCT FROM secret.key_hash THEN
      outcome := CASE WHEN secret.failures >= 10 THEN 'locked' ELSE 'refused' END;
      wait_seconds := coalesce(greatest(ceil(extract(epoch FROM secret.wait_until - clock_timestamp())), 0), 0);
      RETURN;
    END IF;
  ELSE
    PERFORM boxoffice.require('manage_staff');
    lacking := boxoffice.beyond_me(p_staff_id);
    IF lacking IS NOT NULL THEN
      RAISE EXCEPTION 'This person may do more than you.' USING ERRCODE = 'BX403', DETAIL = lacking;
    END IF;
  END IF;
  INSERT INTO boxoffice.staff_secret AS k (staff_id, salt, key_hash) VALUES (p_staff_id, p_salt, p_key_hash)
  ON CONFLICT (staff_id) DO UPDATE SET salt = excluded.salt, key_hash = excluded.key_hash, failures = 0, wait_until = NULL;
  outcome := 'ok';
END
$$;

-- Takes back the wait after wrong PINs.
CREATE FUNCTION boxoffice.unlock_staff(p_staff_id integer) RETURNS void
LANGUAGE plpgsql SECURITY DEFINER
SET search_path = pg_catalog, pg_temp AS $$
DECLARE
  who record;
BEGIN
  PERFORM boxoffice.require('manage_staff');
  SELECT * INTO who FROM boxoffice.session_identity();
  -- One's own wait is somebody else's to take back: else it would slow nobody down who has found an open till.
  IF who.staff_id = p_staff_id THEN
    RAISE EXCEPTION 'Somebody else has to unlock you.' USING ERRCODE = 'BX403', DETAIL = 'manage_staff';
  ELSIF boxoffice.beyond_me(p_staff_id) IS NOT NULL THEN
    RAISE EXCEPTION 'This person may do more than you.' USING ERRCODE = 'BX403', DETAIL = boxoffice.beyond_me(p_staff_id);
  END IF;
  UPDATE boxoffice.staff_secret k SET failures = 0, wait_until = NULL
   WHERE k.staff_id = p_staff_id AND (k.failures > 0 OR k.wait_until IS NOT NULL);
  IF FOUND THEN
    INSERT INTO boxoffice.audit (terminal_id, staff_id, table_name, row_key, operation, after)
    VALUES (who.terminal_id, who.staff_id, 'staff_secret', p_staff_id, 'update', '{"lock": "taken back"}');
  END IF;
END
$$;

-- Signs somebody out wherever he is.
CREATE FUNCTION boxoffice.end_stays(p_staff_id integer) RETURNS integer
LANGUAGE plpgsql SECURITY DEFINER
SET search_path = pg_catalog, pg_temp AS $$
DECLARE
  ended integer;
BEGIN
  PERFORM boxoffice.require('manage_staff');
  IF boxoffice.beyond_me(p_staff_id) IS NOT NULL THEN
    RAISE EXCEPTION 'This person may do more than you.' USING ERRCODE = 'BX403', DETAIL = boxoffice.beyond_me(p_staff_id);
  END IF;
  UPDATE boxoffice.staff_session s SET ended_at = clock_timestamp() WHERE s.staff_id = p_staff_id AND s.ended_at IS NULL;
  GET DIAGNOSTICS ended = ROW_COUNT;
  RETURN ended;
END
$$;

-- Whether people have a PIN and wait after wrong ones; never the secret itself.
CREATE FUNCTION boxoffice.staff_locks() RETURNS TABLE (staff_id integer, failures integer, wait_until timestamptz)
LANGUAGE plpgsql STABLE SECURITY DEFINER
SET search_path = pg_catalog, pg_temp AS $$
BEGIN
  PERFORM boxoffice.require('manage_staff');
  RETURN QUERY SELECT k.staff_id, k.failures, k.wait_until FROM boxoffice.staff_secret k;
END
$$;

-- Who is signed in where: stays that a living server process works for. A till that died leaves none.
CREATE FUNCTION boxoffice.staff_presence() RETURNS TABLE (staff_id integer, terminal_id integer, started_at timestamptz)
LANGUAGE plpgsql STABLE SECURITY DEFINER
SET search_path = pg_catalog, pg_temp AS $$
BEGIN
  PERFORM boxoffice.require('manage_staff');
  RETURN QUERY
    SELECT s.staff_id, s.terminal_id, min(s.started_at)
      FROM boxoffice.staff_session s
     WHERE s.ended_at IS NULL AND EXISTS (
       SELECT FROM boxoffice.backend_session b
         JOIN pg_stat_get_activity(NULL) a ON a.pid = b.pid AND a.backend_start = b.backend_start
        WHERE b.staff_session_id = s.staff_session_id)
     GROUP BY s.staff_id, s.terminal_id;
END
$$;

-- When a login was last heard of: the living connections of each terminal.
CREATE FUNCTION boxoffice.terminal_presence() RETURNS TABLE (terminal_id integer, connected_since timestamptz)
LANGUAGE plpgsql STABLE SECURITY DEFINER
SET search_path = pg_catalog, pg_temp AS $$
BEGIN
  IF NOT coalesce((SELECT i.terminal_id IS NULL OR i.permissions && ARRAY['manage_staff', 'manage_terminals']
                     FROM boxoffice.session_identity() i), false) THEN
    RAISE EXCEPTION 'This needs the permission manage_terminals.' USING ERRCODE = 'BX403', DETAIL = 'manage_terminals';
  END IF;
  RETURN QUERY
    SELECT t.terminal_id, min(a.backend_start)
      FROM boxoffice.terminal t
      JOIN pg_stat_get_activity(NULL) a ON a.usesysid = (SELECT r.oid FROM pg_roles r WHERE r.rolname = t.login)
       AND a.datid = (SELECT d.oid FROM pg_database d WHERE d.datname = current_database())
     GROUP BY t.terminal_id;
END
$$;

REVOKE ALL ON FUNCTION boxoffice.beyond_me(integer), boxoffice.guard_staff(), boxoffice.guard_staff_permission(),
  boxoffice.require_managers(integer, text[]), boxoffice.guard_last_manager(),
  boxoffice.set_staff_secret(integer, bytea, bytea), boxoffice.unlock_staff(integer),
  boxoffice.end_stays(integer), boxoffice.staff_locks(), boxoffice.staff_presence(), boxoffice.terminal_presence()
  FROM PUBLIC;
GRANT EXECUTE ON FUNCTION boxoffice.set_staff_secret(integer, bytea, bytea), boxoffice.unlock_staff(integer),
  boxoffice.end_stays(integer), boxoffice.staff_locks(), boxoffice.staff_presence(), boxoffice.terminal_presence()
  TO boxoffice_till;
GRANT INSERT (venue_id, user_name, display_name, is_active), UPDATE (user_name, display_name, is_active)
  ON boxoffice.staff TO boxoffice_till;
GRANT INSERT, DELETE ON boxoffice.staff_permission TO boxoffice_till;
GRANT UPDATE (name, mark) ON boxoffice.terminal TO boxoffice_till;
