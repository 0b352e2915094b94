-- What one search box needs: the ticket of a code that a customer shows, and the house's holds among a million baskets.

-- The ticket of a whole or a typed code, for somebody who sells. A code is 60 bits at least: nobody guesses one.
CREATE FUNCTION boxoffice.ticket_of_code(p_code bytea) RETURNS bigint
LANGUAGE plpgsql STABLE SECURITY DEFINER
SET search_path = pg_catalog, pg_temp AS $$
BEGIN
  PERFORM boxoffice.require('sell');
  RETURN (SELECT f.ticket_id FROM boxoffice.find_ticket(p_code) f);
END
$$;

CREATE INDEX hold_house_ix ON boxoffice.hold (created_at) WHERE kind = 'house';

REVOKE ALL ON FUNCTION boxoffice.ticket_of_code(bytea) FROM PUBLIC;
GRANT EXECUTE ON FUNCTION boxoffice.ticket_of_code(bytea) TO boxoffice_till;
