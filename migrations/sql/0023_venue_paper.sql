-- What stands on a venue's paper besides the sale: address and tax number, a last line, the logo. Whoever manages the
-- terminals sets it, for the own venue; the audit keeps who, and of a picture only how large it was.

CREATE TABLE boxoffice.venue_paper (
  venue_id INTEGER NOT NULL,
  address TEXT DEFAULT '' NOT NULL,
  note TEXT DEFAULT '' NOT NULL,
  logo BYTEA,
  CONSTRAINT venue_paper_pkey PRIMARY KEY (venue_id),
  CONSTRAINT venue_paper_texts_short CHECK (length(address) <= 400 AND length(note) <= 200),
  CONSTRAINT venue_paper_logo_is_png CHECK (length(logo) <= 1000000 AND substring(logo FOR 8) = '\x89504e470d0a1a0a'::bytea),
  CONSTRAINT venue_paper_venue_id_fkey FOREIGN KEY(venue_id) REFERENCES boxoffice.venue (venue_id)
);

-- A till writes on its own venue's paper only.
CREATE FUNCTION boxoffice.guard_venue_paper() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER
SET search_path = pg_catalog, pg_temp AS $$
BEGIN
  IF EXISTS (SELECT FROM boxoffice.session_identity() i JOIN boxoffice.terminal t ON t.terminal_id = i.terminal_id
              WHERE t.venue_id <> NEW.venue_id) THEN
    RAISE EXCEPTION 'This is another venue''s paper.' USING ERRCODE = 'BX409';
  END IF;
  RETURN NEW;
END
$$;

CREATE TRIGGER venue_paper_permission BEFORE INSERT OR UPDATE OR DELETE ON boxoffice.venue_paper
FOR EACH STATEMENT EXECUTE FUNCTION boxoffice.guard_permission('manage_terminals');
CREATE TRIGGER venue_paper_guard BEFORE INSERT OR UPDATE ON boxoffice.venue_paper
FOR EACH ROW EXECUTE FUNCTION boxoffice.guard_venue_paper();

CREATE TRIGGER venue_paper_audit_insert AFTER INSERT ON boxoffice.venue_paper REFERENCING NEW TABLE AS rows_after
FOR EACH STATEMENT EXECUTE FUNCTION boxoffice.write_audit('venue_id', 'logo');
CREATE TRIGGER venue_paper_audit_update AFTER UPDATE ON boxoffice.venue_paper
REFERENCING OLD TABLE AS rows_before NEW TABLE AS rows_after
FOR EACH STATEMENT EXECUTE FUNCTION boxoffice.write_audit('venue_id', 'logo');
CREATE TRIGGER venue_paper_audit_delete AFTER DELETE ON boxoffice.venue_paper REFERENCING OLD TABLE AS rows_before
FOR EACH STATEMENT EXECUTE FUNCTION boxoffice.write_audit('venue_id', 'logo');

CREATE FUNCTION boxoffice.write_audit_of_logo() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER
SET search_path = pg_catalog, pg_temp AS $$
DECLARE
  who record;
BEGIN
  SELECT * INTO who FROM boxoffice.session_identity();
  INSERT INTO boxoffice.audit (terminal_id, staff_id, table_name, row_key, operation, before, after)
  VALUES (who.terminal_id, who.staff_id, 'venue_paper', NEW.venue_id, 'update',
          jsonb_build_object('logo_bytes', length(OLD.logo)), jsonb_build_object('logo_bytes', length(NEW.logo)));
  RETURN NULL;
END
$$;

CREATE TRIGGER venue_paper_audit_logo AFTER UPDATE ON boxoffice.venue_paper
FOR EACH ROW WHEN (OLD.logo IS DISTINCT FROM NEW.logo) EXECUTE FUNCTION boxoffice.write_audit_of_logo();

REVOKE ALL ON FUNCTION boxoffice.guard_venue_paper(), boxoffice.write_audit_of_logo() FROM PUBLIC;
GRANT SELECT, INSERT (venue_id, address, note, logo), UPDATE (address, note, logo) ON boxoffice.venue_paper TO boxoffice_till;
