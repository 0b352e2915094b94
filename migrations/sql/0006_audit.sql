-- Who changed what, when, before and after: one row for every changed row of a management table, written by the
-- database. Nobody writes it otherwise, nobody changes it, and it is read by people with view_reports or manage_staff.

-- No foreign keys: they would be checked row by row in a bulk import, and staff and terminals are never deleted.
CREATE TABLE boxoffice.audit (
  audit_id BIGINT GENERATED ALWAYS AS IDENTITY,
  at TIMESTAMP WITH TIME ZONE DEFAULT clock_timestamp() NOT NULL,
  terminal_id INTEGER,
  staff_id INTEGER,
  table_name TEXT NOT NULL,
  row_key TEXT NOT NULL,
  operation TEXT NOT NULL,
  before JSONB DEFAULT '{}' NOT NULL,
  after JSONB DEFAULT '{}' NOT NULL,
  CONSTRAINT audit_pkey PRIMARY KEY (audit_id),
  CONSTRAINT audit_operation_known CHECK (operation IN ('insert', 'update', 'delete'))
);

CREATE INDEX audit_row_ix ON boxoffice.audit (table_name, row_key, audit_id);
CREATE INDEX audit_at_ix ON boxoffice.audit (at);

-- Writes the audit of one statement. Arguments of the trigger: the columns of the key, and the columns that are left
-- out because they are large, secret or only housekeeping. A row whose key changes is a row gone and a new row.
CREATE FUNCTION boxoffice.write_audit() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER
SET search_path = pg_catalog, pg_temp AS $$
DECLARE
  who record;
  keys text[] := string_to_array(TG_ARGV[0], ',');
  hidden text[] := string_to_array(TG_ARGV[1], ',');
  right_now timestamptz := clock_timestamp();
BEGIN
  SELECT * INTO who FROM boxoffice.session_identity();
  IF TG_OP = 'INSERT' THEN
    INSERT INTO boxoffice.audit (at, terminal_id, staff_id, table_name, row_key, operation, after)
    SELECT right_now, who.terminal_id, who.staff_id, TG_TABLE_NAME, boxoffice.audit_key(a.line, keys), 'insert',
           jsonb_strip_nulls(a.line - hidden)
      FROM (SELECT to_jsonb(r) AS line FROM rows_after r) a;
  ELSIF TG_OP = 'DELETE' THEN
    INSERT INTO boxoffice.audit (at, terminal_id, staff_id, table_name, row_key, operation, before)
    SELECT right_now, who.terminal_id, who.staff_id, TG_TABLE_NAME, boxoffice.audit_key(b.line, keys), 'delete',
           jsonb_strip_nulls(b.line - hidden)
      FROM (SELECT to_jsonb(r) AS line FROM rows_before r) b;
  ELSE
    INSERT INTO boxoffice.audit (at, terminal_id, staff_id, table_name, row_key, operation, before, after)
    SELECT right_now, who.terminal_id, who.staff_id, TG_TABLE_NAME, coalesce(a.key, b.key),
           CASE WHEN b.key IS NULL THEN 'insert' WHEN a.key IS NULL THEN 'delete' ELSE 'update' END,
           CASE WHEN a.key IS NULL THEN b.line ELSE boxoffice.audit_changed(b.line, a.line) END,
           CASE WHEN b.key IS NULL THEN a.line ELSE boxoffice.audit_changed(a.line, b.line) END
      FROM (SELECT boxoffice.audit_key(to_jsonb(r), keys) AS key, to_jsonb(r) - hidden AS line FROM rows_before r) b
      FULL JOIN (SELECT boxoffice.audit_key(to_jsonb(r), keys) AS key, to_jsonb(r) - hidden AS line FROM rows_after r) a
        ON a.key = b.key
     WHERE a.line IS DISTINCT FROM b.line;
  END IF;
  RETURN NULL;
END
$$;

CREATE FUNCTION boxoffice.audit_key(line jsonb, keys text[]) RETURNS text
LANGUAGE sql IMMUTABLE
SET search_path = pg_catalog, pg_temp AS $$
  SELECT string_agg(line ->> k.name, ',' ORDER BY k.place) FROM unnest(keys) WITH ORDINALITY AS k (name, place)
$$;

-- What `line` has that `other` has not, column by column.
CREATE FUNCTION boxoffice.audit_changed(line jsonb, other jsonb) RETURNS jsonb
LANGUAGE sql IMMUTABLE
SET search_path = pg_catalog, pg_temp AS $$
  SELECT coalesce(jsonb_object_agg(e.key, e.value), '{}')
    FROM jsonb_each(line) e WHERE e.value IS DISTINCT FROM other -> e.key
$$;

-- Three triggers a table: a trigger with transition tables is for one kind of statement only.
CREATE FUNCTION boxoffice.audit_table(name text, keys text, hidden text) RETURNS void
LANGUAGE plpgsql
SET search_path = pg_catalog, pg_temp AS $$
BEGIN
  EXECUTE format('CREATE TRIGGER %I AFTER INSERT ON boxoffice.%I REFERENCING NEW TABLE AS rows_after'
                 ' FOR EACH STATEMENT EXECUTE FUNCTION boxoffice.write_audit(%L, %L)',
                 name || '_audit_insert', name, keys, hidden);
  EXECUTE format('CREATE TRIGGER %I AFTER UPDATE ON boxoffice.%I REFERENCING OLD TABLE AS rows_before NEW TABLE AS rows_after'
                 ' FOR EACH STATEMENT EXECUTE FUNCTION boxoffice.write_audit(%L, %L)',
                 name || '_audit_update', name, keys, hidden);
  EXECUTE format('CREATE TRIGGER %I AFTER DELETE ON boxoffice.%I REFERENCING OLD TABLE AS rows_before'
                 ' FOR EACH STATEMENT EXECUTE FUNCTION boxoffice.write_audit(%L, %L)',
                 name || '_audit_delete', name, keys, hidden);
END
$$;

SELECT boxoffice.audit_table('venue', 'venue_id', '');
SELECT boxoffice.audit_table('area', 'area_id', '');
SELECT boxoffice.audit_table('hall', 'hall_id', '');
SELECT boxoffice.audit_table('seat', 'seat_id', '');
SELECT boxoffice.audit_table('movie', 'movie_id', 'title_key,release_year,version');
SELECT boxoffice.audit_table('movie_poster', 'movie_id', 'image');
SELECT boxoffice.audit_table('show', 'show_id', '');
SELECT boxoffice.audit_table('show_price', 'show_id,area_id,ticket_type_id', '');
SELECT boxoffice.audit_table('tax_rate', 'tax_rate_id', 'version');
SELECT boxoffice.audit_table('ticket_type', 'ticket_type_id', 'version');
SELECT boxoffice.audit_table('price_list', 'price_list_id', 'version');
SELECT boxoffice.audit_table('price', 'price_list_id,area_id,ticket_type_id', '');
SELECT boxoffice.audit_table('staff', 'staff_id', 'version');
SELECT boxoffice.audit_table('staff_permission', 'staff_id,permission', '');
SELECT boxoffice.audit_table('terminal', 'terminal_id', '');

-- A picture says nothing as text: only that there is another one.
CREATE FUNCTION boxoffice.write_audit_of_poster() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER
SET search_path = pg_catalog, pg_temp AS $$
DECLARE
  who record;
BEGIN
  SELECT * INTO who FROM boxoffice.session_identity();
  INSERT INTO boxoffice.audit (terminal_id, staff_id, table_name, row_key, operation, before, after)
  VALUES (who.terminal_id, who.staff_id, 'movie_poster', NEW.movie_id, 'update',
          jsonb_build_object('bytes', length(OLD.image)), jsonb_build_object('bytes', length(NEW.image)));
  RETURN NULL;
END
$$;

CREATE TRIGGER movie_poster_audit_image AFTER UPDATE ON boxoffice.movie_poster
FOR EACH ROW WHEN (OLD.image IS DISTINCT FROM NEW.image) EXECUTE FUNCTION boxoffice.write_audit_of_poster();

-- Of a secret only that it changed. Failures and waits change with every sign-in and are nobody's management.
CREATE FUNCTION boxoffice.write_audit_of_secret() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER
SET search_path = pg_catalog, pg_temp AS $$
DECLARE
  who record;
BEGIN
  SELECT * INTO who FROM boxoffice.session_identity();
  INSERT INTO boxoffice.audit (terminal_id, staff_id, table_name, row_key, operation, after)
  VALUES (who.terminal_id, who.staff_id, 'staff_secret', coalesce(NEW.staff_id, OLD.staff_id), lower(TG_OP),
          '{"pin": "changed"}');
  RETURN NULL;
END
$$;

CREATE TRIGGER staff_secret_audit_write AFTER INSERT OR DELETE ON boxoffice.staff_secret
FOR EACH ROW EXECUTE FUNCTION boxoffice.write_audit_of_secret();
CREATE TRIGGER staff_secret_audit_change AFTER UPDATE OF salt, key_hash ON boxoffice.staff_secret
FOR EACH ROW WHEN (OLD.key_hash IS DISTINCT FROM NEW.key_hash OR OLD.salt IS DISTINCT FROM NEW.salt)
EXECUTE FUNCTION boxoffice.write_audit_of_secret();

-- What was written stays, whoever asks.
CREATE FUNCTION boxoffice.guard_audit() RETURNS trigger
LANGUAGE plpgsql
SET search_path = pg_catalog, pg_temp AS $$
BEGIN
  RAISE EXCEPTION 'The audit is never changed.' USING ERRCODE = 'BX409';
END
$$;

CREATE TRIGGER audit_stays BEFORE UPDATE OR DELETE OR TRUNCATE ON boxoffice.audit
FOR EACH STATEMENT EXECUTE FUNCTION boxoffice.guard_audit();

CREATE FUNCTION boxoffice.may_read_audit() RETURNS boolean
LANGUAGE sql STABLE SECURITY DEFINER
SET search_path = pg_catalog, pg_temp AS $$
  SELECT coalesce(i.permissions && ARRAY['view_reports', 'manage_staff'], i.terminal_id IS NULL)
    FROM boxoffice.session_identity() i
$$;

-- The subselect is asked once a query, not once a row.
ALTER TABLE boxoffice.audit ENABLE ROW LEVEL SECURITY;
CREATE POLICY audit_readers ON boxoffice.audit FOR SELECT TO boxoffice_till USING ((SELECT boxoffice.may_read_audit()));

-- Who changed a row last, for the person whose own change comes too late; a name and a time, never what was changed.
CREATE FUNCTION boxoffice.last_change(
  p_table text, p_key text, OUT at timestamptz, OUT display_name text, OUT terminal_name text)
LANGUAGE plpgsql STABLE SECURITY DEFINER
SET search_path = pg_catalog, pg_temp AS $$
BEGIN
  IF EXISTS (SELECT FROM boxoffice.session_identity() i WHERE i.terminal_id IS NOT NULL AND i.staff_id IS NULL) THEN
    RAISE EXCEPTION 'Nobody is signed in on this connection.' USING ERRCODE = 'BX401';
  END IF;
  SELECT a.at, s.display_name, t.name INTO last_change.at, last_change.display_name, last_change.terminal_name
    FROM boxoffice.audit a
    LEFT JOIN boxoffice.staff s ON s.staff_id = a.staff_id
    LEFT JOIN boxoffice.terminal t ON t.terminal_id = a.terminal_id
   -- A price list's prices, a person's permissions and a film's poster are edited as one with it.
   WHERE (a.table_name = p_table AND a.row_key = p_key)
      OR (p_table = 'movie' AND a.table_name = 'movie_poster' AND a.row_key = p_key)
      OR (p_table = 'price_list' AND a.table_name = 'price' AND split_part(a.row_key, ',', 1) = p_key)
      OR (p_table = 'staff' AND a.table_name = 'staff_permission' AND split_part(a.row_key, ',', 1) = p_key)
   ORDER BY a.audit_id DESC LIMIT 1;
END
$$;

DROP FUNCTION boxoffice.audit_table(text, text, text);
REVOKE ALL ON FUNCTION boxoffice.write_audit(), boxoffice.audit_key(jsonb, text[]), boxoffice.audit_changed(jsonb, jsonb),
  boxoffice.write_audit_of_poster(), boxoffice.write_audit_of_secret(), boxoffice.guard_audit(),
  boxoffice.may_read_audit(), boxoffice.last_change(text, text) FROM PUBLIC;
GRANT EXECUTE ON FUNCTION boxoffice.may_read_audit(), boxoffice.last_change(text, text) TO boxoffice_till;
GRANT SELECT ON boxoffice.audit TO boxoffice_till;
