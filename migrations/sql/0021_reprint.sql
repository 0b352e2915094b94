-- Printing a ticket again: with a reason and the permission or an approval, under a new code. The highest copy's code is
-- the only good one; every copy is in the journal, and so on the Z report.
CREATE TABLE boxoffice.ticket_copy (
  ticket_id BIGINT NOT NULL,
  copy SMALLINT NOT NULL,
  reprint_id UUID NOT NULL,
  code BYTEA NOT NULL,
  reason TEXT NOT NULL,
  staff_id INTEGER NOT NULL,
  terminal_id INTEGER NOT NULL,
  at TIMESTAMP WITH TIME ZONE NOT NULL,
  CONSTRAINT ticket_copy_pkey PRIMARY KEY (ticket_id, copy),
  CONSTRAINT ticket_copy_reprint_id_key UNIQUE (reprint_id),
  CONSTRAINT ticket_copy_code_key UNIQUE (code),
  CONSTRAINT ticket_copy_copy_from_two CHECK (copy BETWEEN 2 AND 99),
  CONSTRAINT ticket_copy_code_is_128_bits CHECK (length(code) = 16),
  CONSTRAINT ticket_copy_reason_given CHECK (btrim(reason) <> '' AND length(reason) <= 500 AND NOT boxoffice.looks_like_card_number(reason)),
  CONSTRAINT ticket_copy_ticket_id_fkey FOREIGN KEY(ticket_id) REFERENCES boxoffice.ticket (ticket_id),
  CONSTRAINT ticket_copy_staff_id_fkey FOREIGN KEY(staff_id) REFERENCES boxoffice.staff (staff_id),
  CONSTRAINT ticket_copy_terminal_id_fkey FOREIGN KEY(terminal_id) REFERENCES boxoffice.terminal (terminal_id)
);

-- Makes the next copy of a ticket and its print job, and returns the copy's number. Asked again with the same id it
-- answers the same. Refused while the tickets of the sale are still to be printed: that would be two of one.
CREATE FUNCTION boxoffice.reprint_ticket(
  p_reprint_id uuid, p_ticket_id bigint, p_reason text, p_code bytea, p_approval uuid) RETURNS smallint
LANGUAGE plpgsql SECURITY DEFINER
SET search_path = pg_catalog, pg_temp AS $$
DECLARE
  who record;
  card record;
  made smallint;
  approved text;
  right_now timestamptz := clock_timestamp();
BEGIN
  SELECT * INTO who FROM boxoffice.session_identity();
  IF who.terminal_id IS NULL OR who.staff_id IS NULL THEN
    RAISE EXCEPTION 'Nobody is signed in on this connection.' USING ERRCODE = 'BX401';
  END IF;
  -- The lock of the door and of a refund: what they and a reprint do to one ticket happens one after the other.
  SELECT k.ticket_id, k.sale_id, k.code, k.voided_by INTO card
    FROM boxoffice.ticket k
    JOIN boxoffice.terminal t ON t.terminal_id = k.terminal_id
    JOIN boxoffice.terminal o ON o.terminal_id = who.terminal_id AND o.venue_id = t.venue_id
   WHERE k.ticket_id = p_ticket_id FOR UPDATE OF k;
  SELECT c.copy INTO made FROM boxoffice.ticket_copy c
   WHERE c.reprint_id = p_reprint_id AND c.ticket_id = p_ticket_id AND c.terminal_id = who.terminal_id;
  IF FOUND THEN
    RETURN made;
  END IF;
  IF p_approval IS NULL THEN
    PERFORM boxoffice.require('reprint');
  ELSE
    approved := boxoffice.use_approval(p_approval, 'reprint', p_reprint_id, 0, p_reprint_id);
  END IF;
  IF card.ticket_id IS NULL THEN
    RAISE EXCEPTION 'There is no such ticket.' USING ERRCODE = 'BX409';
  ELSIF card.voided_by IS NOT NULL THEN
    RAISE EXCEPTION 'This ticket is not valid any more.' USING ERRCODE = 'BX409';
  ELSIF EXISTS (SELECT FROM boxoffice.print_job j WHERE j.job_id = card.sale_id
                   AND j.state IN ('waiting', 'printing', 'doubt')) THEN
    RAISE EXCEPTION 'The tickets of this sale are still in the print queue.' USING ERRCODE = 'BX409';
  ELSIF EXISTS (SELECT FROM boxoffice.ticket k WHERE k.code = p_code) THEN
    RAISE EXCEPTION 'A copy needs a code of its own.' USING ERRCODE = 'BX409';
  END IF;
  SELECT coalesce(max(c.copy), 1) + 1 INTO made FROM boxoffice.ticket_copy c WHERE c.ticket_id = p_ticket_id;
  INSERT INTO boxoffice.ticket_copy (ticket_id, copy, reprint_id, code, reason, staff_id, terminal_id, at)
  VALUES (p_ticket_id, made, p_reprint_id, p_code, p_reason, who.staff_id, who.terminal_id, right_now);
  INSERT INTO boxoffice.print_job (job_id, terminal_id, kind, subject, staff_id)
  VALUES (p_reprint_id, who.terminal_id, 'tickets', card.sale_id, who.staff_id);
  PERFORM boxoffice.write_journal(
    who.terminal_id, 'reprint', right_now, card.sale_id, p_reprint_id,
    concat_ws('|', p_ticket_id, made, who.staff_id, coalesce(approved, ''), to_json(p_reason)::text,
              encode(sha256(p_code), 'hex')));
  RETURN made;
END
$$;

-- What was printed stays as it was printed.
CREATE FUNCTION boxoffice.guard_ticket_copy() RETURNS trigger
LANGUAGE plpgsql
SET search_path = pg_catalog, pg_temp AS $$
BEGIN
  RAISE EXCEPTION 'A copy of a ticket is never changed.' USING ERRCODE = 'BX409';
END
$$;

CREATE TRIGGER ticket_copy_stays BEFORE UPDATE OR DELETE OR TRUNCATE ON boxoffice.ticket_copy
FOR EACH STATEMENT EXECUTE FUNCTION boxoffice.guard_ticket_copy();

-- The good code of every valid ticket of a sale: that of its highest copy. For the terminal that sold them, and for one
-- that prints something of the sale now.
CREATE OR REPLACE FUNCTION boxoffice.printable_codes(p_sale_id uuid) RETURNS TABLE (line smallint, code bytea, copy smallint)
LANGUAGE sql STABLE SECURITY DEFINER
SET search_path = pg_catalog, pg_temp AS $$
  SELECT k.line, coalesce(n.code, k.code), coalesce(n.copy, 1::smallint)
    FROM boxoffice.ticket k
    JOIN boxoffice.session_identity() i
      ON i.terminal_id IS NULL
      OR (i.staff_id IS NOT NULL
          AND (i.terminal_id = k.terminal_id
               OR EXISTS (SELECT FROM boxoffice.print_job j
                           WHERE j.terminal_id = i.terminal_id AND j.state = 'printing' AND j.kind = 'tickets'
                             AND j.subject = k.sale_id::text)))
    LEFT JOIN LATERAL (SELECT c.code, c.copy FROM boxoffice.ticket_copy c
                        WHERE c.ticket_id = k.ticket_id ORDER BY c.copy DESC LIMIT 1) n ON true
   WHERE k.sale_id = p_sale_id AND k.voided_by IS NULL
   ORDER BY k.line
$$;

REVOKE ALL ON FUNCTION boxoffice.reprint_ticket(uuid, bigint, text, bytea, uuid), boxoffice.guard_ticket_copy()
  FROM PUBLIC;
GRANT EXECUTE ON FUNCTION boxoffice.reprint_ticket(uuid, bigint, text, bytea, uuid) TO boxoffice_till;
GRANT SELECT (ticket_id, copy, reprint_id, reason, staff_id, terminal_id, at) ON boxoffice.ticket_copy TO boxoffice_till;
