-- Who works on this connection. The terminal is the login; the person is bound to the server process by sign-in.
-- Nothing that a client can set (variables, SET ROLE, search_path) takes part.

-- Terminal, staff and permissions of this connection; all null for the owner and superusers.
-- Raises BX401 for a login that is no living terminal.
CREATE FUNCTION boxoffice.session_identity(OUT terminal_id integer, OUT staff_id integer, OUT permissions text[])
LANGUAGE plpgsql STABLE SECURITY DEFINER
SET search_path = pg_catalog, pg_temp AS $$
DECLARE
  here integer;
BEGIN
  SELECT t.terminal_id, t.venue_id INTO session_identity.terminal_id, here
    FROM boxoffice.terminal t WHERE t.login = session_user AND t.revoked_at IS NULL;
  IF NOT FOUND THEN
    IF pg_has_role(session_user, 'boxoffice_owner', 'MEMBER') THEN
      RETURN;
    END IF;
    RAISE EXCEPTION 'This login is no terminal, or it was revoked.' USING ERRCODE = 'BX401';
  END IF;
  SELECT s.staff_id, ARRAY(SELECT p.permission FROM boxoffice.staff_permission p WHERE p.staff_id = s.staff_id)
    INTO session_identity.staff_id, session_identity.permissions
    FROM boxoffice.backend_session b
    JOIN boxoffice.staff_session s ON s.staff_session_id = b.staff_session_id
    JOIN boxoffice.staff p ON p.staff_id = s.staff_id
   WHERE b.pid = pg_backend_pid()
     AND b.backend_start = (SELECT a.backend_start FROM pg_stat_get_activity(pg_backend_pid()) a)
     AND s.terminal_id = session_identity.terminal_id
     AND s.ended_at IS NULL
     AND p.is_active AND p.venue_id = here;
END
$$;

-- Raises BX401 when nobody is signed in on this connection and BX403 when the person lacks the permission.
CREATE FUNCTION boxoffice.require(permission text) RETURNS void
LANGUAGE plpgsql STABLE SECURITY DEFINER
SET search_path = pg_catalog, pg_temp AS $$
DECLARE
  who record;
BEGIN
  SELECT * INTO who FROM boxoffice.session_identity();
  IF who.terminal_id IS NULL THEN
    RETURN;
  END IF;
  IF who.staff_id IS NULL THEN
    RAISE EXCEPTION 'Nobody is signed in on this connection.' USING ERRCODE = 'BX401';
  END IF;
  IF NOT permission = ANY (who.permissions) THEN
    RAISE EXCEPTION 'This needs the permission %.', permission USING ERRCODE = 'BX403', DETAIL = permission;
  END IF;
END
$$;

-- A management table may be written by people with the permission that the trigger names.
CREATE FUNCTION boxoffice.guard_permission() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER
SET search_path = pg_catalog, pg_temp AS $$
BEGIN
  PERFORM boxoffice.require(TG_ARGV[0]);
  RETURN NULL;
END
$$;

-- The salt for deriving the key of a name. An unknown name gets one too: signing in always takes the same steps.
CREATE FUNCTION boxoffice.sign_in_salt(p_user_name text) RETURNS bytea
LANGUAGE sql STABLE SECURITY DEFINER
SET search_path = pg_catalog, pg_temp AS $$
  SELECT coalesce(
    (SELECT k.salt FROM boxoffice.staff s JOIN boxoffice.staff_secret k ON k.staff_id = s.staff_id
      WHERE s.user_name = lower(btrim(p_user_name))),
    substring(sha256(convert_to('nobody:' || lower(btrim(p_user_name)), 'UTF8')) FOR 16))
$$;

-- Binds this server process to a stay. Rows of processes that have ended are swept on the way.
CREATE FUNCTION boxoffice.bind_backend(p_staff_session bigint) RETURNS void
LANGUAGE sql SECURITY DEFINER
SET search_path = pg_catalog, pg_temp AS $$
  DELETE FROM boxoffice.backend_session b
   WHERE NOT EXISTS (SELECT FROM pg_stat_get_activity(NULL) a WHERE a.pid = b.pid AND a.backend_start = b.backend_start);
  INSERT INTO boxoffice.backend_session (pid, backend_start, staff_session_id)
  SELECT a.pid, a.backend_start, p_staff_session FROM pg_stat_get_activity(pg_backend_pid()) a
  ON CONFLICT (pid) DO UPDATE
    SET backend_start = excluded.backend_start, staff_session_id = excluded.staff_session_id;
$$;

-- The first half of signing in: counts the try as wrong before anybody knows whether it is, and keeps it for the second
-- half, which answers only what an earlier transaction has committed. So a client that rolls its wrong tries back gets
-- no answer to them. From the third wrong PIN in a row the wait doubles (1, 2, 4 … 64 s); the tenth locks for 15 minutes,
-- over all terminals. A right PIN during a wait is refused too, else waiting would mean nothing.
CREATE FUNCTION boxoffice.offer_key(p_user_name text, p_key bytea, OUT outcome text, OUT wait_seconds integer)
LANGUAGE plpgsql SECURITY DEFINER
SET search_path = pg_catalog, pg_temp AS $$
DECLARE
  person record;
  here integer;
  tries integer;
BEGIN
  wait_seconds := 0;
  SELECT i.terminal_id INTO here FROM boxoffice.session_identity() i;
  IF here IS NULL THEN
    RAISE EXCEPTION 'Only a terminal can sign somebody in.' USING ERRCODE = 'BX401';
  END IF;
  SELECT s.staff_id, k.failures, k.wait_until INTO person
    FROM boxoffice.staff s JOIN boxoffice.staff_secret k ON k.staff_id = s.staff_id
     -- People work at the terminals of their own venue.
     JOIN boxoffice.terminal t ON t.terminal_id = here AND t.venue_id = s.venue_id
   WHERE s.user_name = lower(btrim(p_user_name)) AND s.is_active FOR UPDATE OF k;
  IF person.wait_until > clock_timestamp() THEN
    outcome := CASE WHEN person.failures >= 10 THEN 'locked' ELSE 'wait' END;
    wait_seconds := ceil(extract(epoch FROM person.wait_until - clock_timestamp()));
    RETURN;
  END IF;
  tries := CASE WHEN person.failures >= 10 THEN 1 ELSE person.failures + 1 END;
  UPDATE boxoffice.staff_secret k
     SET failures = tries,
         wait_until = clock_timestamp() + make_interval(
           secs => CASE WHEN tries >= 10 THEN 900 WHEN tries >= 3 THEN least(2 ^ (tries - 3), 64) ELSE 0 END)
   WHERE k.staff_id = person.staff_id;
  INSERT INTO boxoffice.sign_in_try (terminal_id, staff_id, key_hash, xact)
  VALUES (here, person.staff_id, sha256(coalesce(p_key, '')), pg_current_xact_id()::text)
  ON CONFLICT (terminal_id) DO UPDATE
    SET staff_id = excluded.staff_id, key_hash = excluded.key_hash, xact = excluded.xact, at = clock_timestamp();
  outcome := 'offered';
END
$$;

-- The second half: signs in whom this terminal's last try was for, or says why not. It answers instead of raising.
CREATE FUNCTION boxoffice.sign_in(
  p_token_hash bytea,
  OUT outcome text, OUT wait_seconds integer, OUT staff_id integer, OUT display_name text, OUT permissions text[])
LANGUAGE plpgsql SECURITY DEFINER
SET search_path = pg_catalog, pg_temp AS $$
DECLARE
  person record;
  offered record;
  here integer;
  stay bigint;
BEGIN
  SELECT i.terminal_id INTO here FROM boxoffice.session_identity() i;
  IF here IS NULL OR length(p_token_hash) IS DISTINCT FROM 32 THEN
    RAISE EXCEPTION 'Only a terminal can sign somebody in.' USING ERRCODE = 'BX401';
  END IF;
  -- What is visible and not our own transaction's is committed, and so is its count.
  DELETE FROM boxoffice.sign_in_try t
   WHERE t.terminal_id = here AND t.xact <> pg_current_xact_id()::text AND t.at > clock_timestamp() - interval '1 minute'
  RETURNING t.staff_id, t.key_hash INTO offered;
  SELECT s.staff_id, s.display_name, k.key_hash, k.failures, k.wait_until INTO person
    FROM boxoffice.staff s JOIN boxoffice.staff_secret k ON k.staff_id = s.staff_id
     JOIN boxoffice.terminal t ON t.terminal_id = here AND t.venue_id = s.venue_id
   WHERE s.staff_id = offered.staff_id AND s.is_active FOR UPDATE OF k;
  IF NOT FOUND OR offered.key_hash <> person.key_hash THEN
    outcome := CASE WHEN person.failures >= 10 THEN 'locked' ELSE 'refused' END;
    wait_seconds := greatest(ceil(extract(epoch FROM person.wait_until - clock_timestamp())), 0);
    RETURN;
  END IF;
  UPDATE boxoffice.staff_secret k SET failures = 0, wait_until = NULL WHERE k.staff_id = person.staff_id;
  INSERT INTO boxoffice.staff_session (staff_id, terminal_id, token_hash)
  VALUES (person.staff_id, here, p_token_hash) RETURNING staff_session_id INTO stay;
  PERFORM boxoffice.bind_backend(stay);
  outcome := 'ok';
  wait_seconds := 0;
  staff_id := person.staff_id;
  display_name := person.display_name;
  permissions := ARRAY(SELECT p.permission FROM boxoffice.staff_permission p WHERE p.staff_id = person.staff_id);
END
$$;

-- Binds a further connection of the same terminal to a living stay; false when the token opens none.
CREATE FUNCTION boxoffice.attach(p_token bytea) RETURNS boolean
LANGUAGE plpgsql SECURITY DEFINER
SET search_path = pg_catalog, pg_temp AS $$
DECLARE
  stay bigint;
BEGIN
  SELECT s.staff_session_id INTO stay
    FROM boxoffice.staff_session s
    JOIN boxoffice.session_identity() i ON i.terminal_id = s.terminal_id
   WHERE s.token_hash = sha256(p_token) AND s.ended_at IS NULL;
  IF stay IS NULL THEN
    RETURN false;
  END IF;
  PERFORM boxoffice.bind_backend(stay);
  RETURN true;
END
$$;

-- Ends the stay of this connection; all connections bound to it are signed out with it.
CREATE FUNCTION boxoffice.sign_out() RETURNS void
LANGUAGE sql SECURITY DEFINER
SET search_path = pg_catalog, pg_temp AS $$
  UPDATE boxoffice.staff_session s SET ended_at = clock_timestamp()
    FROM boxoffice.backend_session b, pg_stat_get_activity(pg_backend_pid()) a
   WHERE b.pid = a.pid AND b.backend_start = a.backend_start
     AND s.staff_session_id = b.staff_session_id AND s.ended_at IS NULL;
$$;
