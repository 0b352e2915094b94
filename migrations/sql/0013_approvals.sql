-- A supervisor's single-use yes, given by name and PIN at the cashier's till: two committed halves like signing in, so
-- that a wrong PIN counts whatever the client does. It is for one act, one subject and one amount, at that terminal, for
-- two minutes; the guard of the act uses it up and writes it into the journal.

-- The second half: what became of the key that this terminal has offered with `offer_key`. It answers instead of raising
-- (an error would undo the count): ok, refused, locked, or not_allowed where the PIN is right and its owner may not
-- approve. The cashier stays signed in.
CREATE FUNCTION boxoffice.grant_approval(
  p_act text, p_subject uuid, p_amount bigint, p_reason text,
  OUT outcome text, OUT wait_seconds integer, OUT approval_id uuid, OUT display_name text, OUT expires_at timestamptz)
LANGUAGE plpgsql SECURITY DEFINER
SET search_path = pg_catalog, pg_temp AS $$
DECLARE
  who record;
  person record;
  offered record;
  right_now timestamptz := clock_timestamp();
BEGIN
  SELECT * INTO who FROM boxoffice.session_identity();
  IF who.terminal_id IS NULL OR who.staff_id IS NULL THEN
    RAISE EXCEPTION 'Nobody is signed in on this connection.' USING ERRCODE = 'BX401';
  ELSIF p_act IS NULL OR p_subject IS NULL OR p_amount IS NULL THEN
    RAISE EXCEPTION 'An approval is for one act, one subject and one amount.' USING ERRCODE = 'BX409';
  END IF;
  wait_seconds := 0;
  -- What is visible and not our own transaction's is committed, and so is its count.
  DELETE FROM boxoffice.sign_in_try t
   WHERE t.terminal_id = who.terminal_id AND t.xact <> pg_current_xact_id()::text AND t.at > right_now - interval '1 minute'
  RETURNING t.staff_id, t.key_hash INTO offered;
  SELECT s.staff_id, s.display_name, k.key_hash, k.failures, k.wait_until INTO person
    FROM boxoffice.staff s JOIN boxoffice.staff_secret k ON k.staff_id = s.staff_id
     JOIN boxoffice.terminal t ON t.terminal_id = who.terminal_id AND t.venue_id = s.venue_id
   WHERE s.staff_id = offered.staff_id AND s.is_active FOR UPDATE OF k;
  IF NOT FOUND OR offered.key_hash <> person.key_hash THEN
    outcome := CASE WHEN person.failures >= 10 THEN 'locked' ELSE 'refused' END;
    wait_seconds := greatest(ceil(extract(epoch FROM person.wait_until - right_now)), 0);
    RETURN;
  END IF;
  UPDATE boxoffice.staff_secret k SET failures = 0, wait_until = NULL WHERE k.staff_id = person.staff_id;
  IF NOT EXISTS (SELECT FROM boxoffice.staff_permission p
                  WHERE p.staff_id = person.staff_id AND p.permission = 'approve') THEN
    outcome := 'not_allowed';
    RETURN;
  END IF;
  outcome := 'ok';
  approval_id := gen_random_uuid();
  display_name := person.display_name;
  expires_at := right_now + interval '2 minutes';
  INSERT INTO boxoffice.approval (approval_id, terminal_id, act, subject, amount, reason, asked_by, approved_by,
                                  granted_at, expires_at)
  VALUES (approval_id, who.terminal_id, p_act, p_subject, p_amount, coalesce(p_reason, ''), who.staff_id,
          person.staff_id, right_now, expires_at);
END
$$;

-- For the guards: uses an approval up for one act and returns its line for the journal. Asked again for the same act it
-- returns the same line. Raises BX424 with what does not fit: nothing is used up then.
CREATE FUNCTION boxoffice.use_approval(
  p_approval uuid, p_act text, p_subject uuid, p_amount bigint, p_used_for uuid) RETURNS text
LANGUAGE plpgsql SECURITY DEFINER
SET search_path = pg_catalog, pg_temp AS $$
DECLARE
  here integer;
  granted boxoffice.approval;
BEGIN
  SELECT i.terminal_id INTO here FROM boxoffice.session_identity() i;
  SELECT a.* INTO granted FROM boxoffice.approval a WHERE a.approval_id = p_approval FOR UPDATE;
  IF NOT FOUND OR granted.terminal_id <> coalesce(here, granted.terminal_id) THEN
    RAISE EXCEPTION 'There is no such approval at this till.' USING ERRCODE = 'BX424', DETAIL = 'unknown';
  ELSIF (granted.act, granted.subject, granted.amount) IS DISTINCT FROM (p_act, p_subject, p_amount) THEN
    RAISE EXCEPTION 'The approval is for something else.' USING ERRCODE = 'BX424', DETAIL = 'other';
  ELSIF granted.used_for <> p_used_for THEN
    RAISE EXCEPTION 'The approval was used already.' USING ERRCODE = 'BX424', DETAIL = 'used';
  ELSIF granted.used_for IS NULL THEN
    IF granted.expires_at <= clock_timestamp() THEN
      RAISE EXCEPTION 'The approval has run out.' USING ERRCODE = 'BX424', DETAIL = 'expired';
    ELSIF p_used_for IS NULL THEN
      RAISE EXCEPTION 'An approval is used for something.' USING ERRCODE = 'BX409';
    END IF;
    UPDATE boxoffice.approval a SET used_at = clock_timestamp(), used_for = p_used_for WHERE a.approval_id = p_approval;
  END IF;
  RETURN concat_ws('|', 'approval', granted.approval_id, granted.act, granted.subject, granted.amount, granted.asked_by,
                   granted.approved_by, to_json(granted.reason)::text);
END
$$;

-- An approval is written once and used once; whoever owns the tables cannot turn a used one back either.
CREATE FUNCTION boxoffice.guard_approval() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER
SET search_path = pg_catalog, pg_temp AS $$
BEGIN
  IF TG_OP = 'UPDATE' AND OLD.used_for IS NULL AND NEW.used_for IS NOT NULL
     AND to_jsonb(OLD) - ARRAY['used_at', 'used_for'] = to_jsonb(NEW) - ARRAY['used_at', 'used_for'] THEN
    RETURN NEW;
  END IF;
  RAISE EXCEPTION 'An approval is never changed.' USING ERRCODE = 'BX409';
END
$$;

CREATE TRIGGER approval_stays BEFORE UPDATE OR DELETE ON boxoffice.approval
FOR EACH ROW EXECUTE FUNCTION boxoffice.guard_approval();

REVOKE ALL ON FUNCTION boxoffice.grant_approval(text, uuid, bigint, text), boxoffice.guard_approval(),
  boxoffice.use_approval(uuid, text, uuid, bigint, uuid) FROM PUBLIC;
GRANT EXECUTE ON FUNCTION boxoffice.grant_approval(text, uuid, bigint, text) TO boxoffice_till;
