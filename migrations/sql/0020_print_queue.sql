-- What is to be printed, and what became of it. A sealed sale has its print job in the same transaction, under the sale's
-- own id; a job is waiting, printing, in doubt, done or skipped, and each step of it is written down with who and when.

-- No foreign keys: the journal's own stand behind the job of a sale, functions behind all others, and each would cost
-- every sale a look-up. `terminal_id` works the job; `subject` is the sale, refund, reservation or shift.
CREATE TABLE boxoffice.print_job (
  job_id UUID NOT NULL,
  terminal_id INTEGER NOT NULL,
  kind TEXT NOT NULL,
  subject TEXT NOT NULL,
  design TEXT DEFAULT '' NOT NULL,
  printer TEXT DEFAULT '' NOT NULL,
  state TEXT DEFAULT 'waiting' NOT NULL,
  tries SMALLINT DEFAULT 0 NOT NULL,
  error TEXT DEFAULT '' NOT NULL,
  made_at TIMESTAMP WITH TIME ZONE DEFAULT clock_timestamp() NOT NULL,
  changed_at TIMESTAMP WITH TIME ZONE,
  staff_id INTEGER,
  CONSTRAINT print_job_pkey PRIMARY KEY (job_id),
  CONSTRAINT print_job_kind_known CHECK (kind IN ('tickets', 'receipt', 'slip', 'report')),
  CONSTRAINT print_job_state_known CHECK (state IN ('waiting', 'printing', 'doubt', 'done', 'skipped')),
  CONSTRAINT print_job_texts_short CHECK (length(subject) <= 60 AND length(design) <= 60 AND length(printer) <= 200 AND length(error) <= 500)
);

-- Only what is open: nothing of a job that is done is looked for in a queue.
CREATE INDEX print_job_open_ix ON boxoffice.print_job (terminal_id) WHERE state IN ('waiting', 'printing', 'doubt');

-- Which print of a receipt or report it is; the tickets of sales, nearly all jobs, are not in it.
CREATE INDEX print_job_subject_ix ON boxoffice.print_job (subject) WHERE kind IN ('receipt', 'report');

CREATE TABLE boxoffice.print_step (
  step_id BIGINT GENERATED ALWAYS AS IDENTITY,
  job_id UUID NOT NULL,
  at TIMESTAMP WITH TIME ZONE DEFAULT clock_timestamp() NOT NULL,
  terminal_id INTEGER,
  staff_id INTEGER,
  state TEXT NOT NULL,
  printer TEXT NOT NULL,
  error TEXT NOT NULL,
  CONSTRAINT print_step_pkey PRIMARY KEY (step_id),
  CONSTRAINT print_step_job_id_fkey FOREIGN KEY(job_id) REFERENCES boxoffice.print_job (job_id)
);

CREATE INDEX print_step_job_ix ON boxoffice.print_step (job_id, step_id);

-- The job of a sale: made where the sale is sealed, so that there is no sale without it and none of a sale that failed.
CREATE FUNCTION boxoffice.queue_tickets() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER
SET search_path = pg_catalog, pg_temp AS $$
BEGIN
  INSERT INTO boxoffice.print_job (job_id, terminal_id, kind, subject, made_at)
  VALUES (NEW.sale_id, NEW.terminal_id, 'tickets', NEW.sale_id, NEW.at);
  RETURN NULL;
END
$$;

CREATE TRIGGER journal_prints_tickets AFTER INSERT ON boxoffice.journal
FOR EACH ROW WHEN (NEW.kind = 'sale') EXECUTE FUNCTION boxoffice.queue_tickets();

-- Whether a terminal is dead: no connection of its login is alive. A till whose network died is let go after 15 seconds.
CREATE FUNCTION boxoffice.is_dead_terminal(p_terminal_id integer) RETURNS boolean
LANGUAGE sql STABLE SECURITY DEFINER
SET search_path = pg_catalog, pg_temp AS $$
  SELECT NOT EXISTS (
    SELECT FROM boxoffice.terminal t
      JOIN pg_stat_get_activity(NULL) a ON a.usesysid = (SELECT r.oid FROM pg_roles r WHERE r.rolname = t.login)
       AND a.datid = (SELECT d.oid FROM pg_database d WHERE d.datname = current_database())
     WHERE t.terminal_id = p_terminal_id)
$$;

-- Legal changes of a print job. The till alone begins to print and tells how it ended; only a person ends a doubt, skips
-- or tries what was skipped again; what is done stays done. Another till takes the jobs of a dead one of its venue, with
-- the permission to reprint, and what was printing there is in doubt.
CREATE FUNCTION boxoffice.guard_print_job() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER
SET search_path = pg_catalog, pg_temp AS $$
DECLARE
  who record;
  step text := OLD.state || '>' || NEW.state;
BEGIN
  SELECT * INTO who FROM boxoffice.session_identity();
  NEW.changed_at := clock_timestamp();
  IF who.terminal_id IS NULL THEN
    RETURN NEW;
  END IF;
  NEW.staff_id := who.staff_id;
  IF NEW.terminal_id <> OLD.terminal_id THEN
    PERFORM boxoffice.require('reprint');
    IF NEW.terminal_id <> who.terminal_id OR OLD.state NOT IN ('waiting', 'printing', 'doubt')
       OR (SELECT count(DISTINCT t.venue_id) FROM boxoffice.terminal t
            WHERE t.terminal_id IN (OLD.terminal_id, NEW.terminal_id)) <> 1
       OR NOT boxoffice.is_dead_terminal(OLD.terminal_id) THEN
      RAISE EXCEPTION 'This terminal prints for itself.' USING ERRCODE = 'BX409';
    END IF;
    NEW.state := CASE OLD.state WHEN 'printing' THEN 'doubt' ELSE OLD.state END;
  ELSIF OLD.terminal_id <> who.terminal_id THEN
    RAISE EXCEPTION 'This print job is another terminal''s.' USING ERRCODE = 'BX409';
  ELSIF step IN ('waiting>printing', 'printing>done', 'printing>waiting', 'printing>doubt') THEN
    NEW.tries := OLD.tries + (NEW.state = 'printing')::integer;
  ELSIF step NOT IN ('doubt>done', 'doubt>waiting', 'doubt>skipped', 'waiting>skipped', 'skipped>waiting') THEN
    RAISE EXCEPTION 'A print job that is % cannot become %.', OLD.state, NEW.state USING ERRCODE = 'BX409';
  ELSIF who.staff_id IS NULL THEN
    RAISE EXCEPTION 'Nobody is signed in on this connection.' USING ERRCODE = 'BX401';
  END IF;
  RETURN NEW;
END
$$;

CREATE TRIGGER print_job_guard BEFORE UPDATE ON boxoffice.print_job
FOR EACH ROW EXECUTE FUNCTION boxoffice.guard_print_job();

CREATE FUNCTION boxoffice.write_print_step() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER
SET search_path = pg_catalog, pg_temp AS $$
BEGIN
  INSERT INTO boxoffice.print_step (job_id, at, terminal_id, staff_id, state, printer, error)
  VALUES (NEW.job_id, NEW.changed_at, NEW.terminal_id, NEW.staff_id, NEW.state, NEW.printer, NEW.error);
  RETURN NULL;
END
$$;

CREATE TRIGGER print_job_steps AFTER UPDATE ON boxoffice.print_job
FOR EACH ROW EXECUTE FUNCTION boxoffice.write_print_step();

-- Another document for this terminal's queue; asking twice with one id is one job. Tickets are not asked for here: a sale
-- has them once. A report of a shift that was asked for before is a copy, and stands in the journal; the Z report is another
-- one than the X reports before it.
CREATE FUNCTION boxoffice.request_print(p_job_id uuid, p_kind text, p_subject text, p_design text) RETURNS void
LANGUAGE plpgsql SECURITY DEFINER
SET search_path = pg_catalog, pg_temp AS $$
DECLARE
  who record;
  earlier integer;
BEGIN
  SELECT * INTO who FROM boxoffice.session_identity();
  IF who.terminal_id IS NULL OR who.staff_id IS NULL THEN
    RAISE EXCEPTION 'Nobody is signed in on this connection.' USING ERRCODE = 'BX401';
  ELSIF p_kind NOT IN ('receipt', 'slip', 'report') THEN
    RAISE EXCEPTION 'Tickets are printed by their sale, and again with a reason.' USING ERRCODE = 'BX409';
  ELSIF p_kind = 'report' AND NOT EXISTS (
    SELECT FROM boxoffice.shift f
      JOIN boxoffice.terminal t ON t.terminal_id = f.terminal_id
      JOIN boxoffice.terminal here ON here.terminal_id = who.terminal_id AND here.venue_id = t.venue_id
     WHERE f.shift_id::text = p_subject) THEN
    -- What is asked for is written into the journal as it came.
    RAISE EXCEPTION 'There is no such shift here.' USING ERRCODE = 'BX409';
  END IF;
  SELECT count(*) INTO earlier FROM boxoffice.print_job j
   WHERE p_kind = 'report' AND j.kind = 'report' AND j.subject = p_subject AND j.state <> 'skipped'
     AND j.made_at > coalesce((SELECT z.closed_at FROM boxoffice.z_report z WHERE z.shift_id::text = p_subject), '-infinity');
  INSERT INTO boxoffice.print_job (job_id, terminal_id, kind, subject, design, staff_id)
  VALUES (p_job_id, who.terminal_id, p_kind, p_subject, p_design, who.staff_id)
  ON CONFLICT (job_id) DO NOTHING;
  IF FOUND AND earlier > 0 THEN
    PERFORM boxoffice.write_journal(
      who.terminal_id, 'report', clock_timestamp(), NULL, p_job_id,
      concat_ws('|', p_subject, earlier + 1, who.staff_id));
  END IF;
END
$$;

-- The codes of a sale's valid tickets, for the terminal that sold them and for one that prints them in its place.
CREATE FUNCTION boxoffice.printable_codes(p_sale_id uuid) RETURNS TABLE (line smallint, code bytea, copy smallint)
LANGUAGE sql STABLE SECURITY DEFINER
SET search_path = pg_catalog, pg_temp AS $$
  SELECT k.line, k.code, 1::smallint
    FROM boxoffice.ticket k
    JOIN boxoffice.session_identity() i
      ON i.terminal_id IS NULL
      OR (i.staff_id IS NOT NULL
          AND (i.terminal_id = k.terminal_id
               OR EXISTS (SELECT FROM boxoffice.print_job j
                           WHERE j.job_id = k.sale_id AND j.terminal_id = i.terminal_id AND j.state = 'printing')))
   WHERE k.sale_id = p_sale_id AND k.voided_by IS NULL
   ORDER BY k.line
$$;

REVOKE ALL ON FUNCTION boxoffice.queue_tickets(), boxoffice.is_dead_terminal(integer), boxoffice.guard_print_job(),
  boxoffice.write_print_step(), boxoffice.request_print(uuid, text, text, text), boxoffice.printable_codes(uuid)
  FROM PUBLIC;
GRANT EXECUTE ON FUNCTION boxoffice.is_dead_terminal(integer), boxoffice.request_print(uuid, text, text, text),
  boxoffice.printable_codes(uuid) TO boxoffice_till;
GRANT SELECT ON boxoffice.print_job, boxoffice.print_step TO boxoffice_till;
GRANT UPDATE (terminal_id, state, printer, error) ON boxoffice.print_job TO boxoffice_till;

