-- What the manager's screens need on the tables they edit: a version that every change moves on (the second of two
-- managers is told instead of overwriting), the film's formats, languages and opening day, the rules of a ticket
-- type, and whether somebody chose a show's price list by hand.
ALTER TABLE boxoffice.movie
  ADD COLUMN formats TEXT[] DEFAULT '{}' NOT NULL,
  ADD COLUMN languages TEXT[] DEFAULT '{}' NOT NULL,
  ADD COLUMN opens_on DATE,
  ADD COLUMN version INTEGER DEFAULT 1 NOT NULL;
ALTER TABLE boxoffice.ticket_type
  ADD COLUMN needs_age_proof BOOLEAN DEFAULT false NOT NULL,
  ADD COLUMN is_for_members BOOLEAN DEFAULT false NOT NULL,
  ADD COLUMN group_from INTEGER,
  ADD COLUMN version INTEGER DEFAULT 1 NOT NULL,
  ADD CONSTRAINT ticket_type_group_sane CHECK (group_from BETWEEN 2 AND 100);
ALTER TABLE boxoffice.tax_rate ADD COLUMN version INTEGER DEFAULT 1 NOT NULL;
ALTER TABLE boxoffice.price_list ADD COLUMN version INTEGER DEFAULT 1 NOT NULL;
ALTER TABLE boxoffice.staff ADD COLUMN version INTEGER DEFAULT 1 NOT NULL;
-- A show's price list is noted when its prices are resolved; only one that a person chose beats the rules next time.
ALTER TABLE boxoffice.show ADD COLUMN is_price_list_chosen BOOLEAN DEFAULT false NOT NULL;

CREATE FUNCTION boxoffice.move_version_on() RETURNS trigger
LANGUAGE plpgsql
SET search_path = pg_catalog, pg_temp AS $$
BEGIN
  NEW.version := OLD.version + 1;
  RETURN NEW;
END
$$;

REVOKE ALL ON FUNCTION boxoffice.move_version_on() FROM PUBLIC;

CREATE TRIGGER movie_version BEFORE UPDATE ON boxoffice.movie
FOR EACH ROW EXECUTE FUNCTION boxoffice.move_version_on();
CREATE TRIGGER ticket_type_version BEFORE UPDATE ON boxoffice.ticket_type
FOR EACH ROW EXECUTE FUNCTION boxoffice.move_version_on();
CREATE TRIGGER tax_rate_version BEFORE UPDATE ON boxoffice.tax_rate
FOR EACH ROW EXECUTE FUNCTION boxoffice.move_version_on();
CREATE TRIGGER price_list_version BEFORE UPDATE ON boxoffice.price_list
FOR EACH ROW EXECUTE FUNCTION boxoffice.move_version_on();
CREATE TRIGGER staff_version BEFORE UPDATE ON boxoffice.staff
FOR EACH ROW EXECUTE FUNCTION boxoffice.move_version_on();

-- A film without a show may go; foreign keys keep every other.
GRANT INSERT (formats, languages, opens_on), UPDATE (formats, languages, opens_on) ON boxoffice.movie TO boxoffice_till;
GRANT INSERT (needs_age_proof, is_for_members, group_from), UPDATE (needs_age_proof, is_for_members, group_from)
  ON boxoffice.ticket_type TO boxoffice_till;
GRANT INSERT (is_price_list_chosen), UPDATE (is_price_list_chosen) ON boxoffice.show TO boxoffice_till;
GRANT DELETE ON boxoffice.movie TO boxoffice_till;
