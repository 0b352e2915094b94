-- What a till's login may do at all. Rows of management tables are written by people with the permission that the
-- table's trigger asks for; ledgers are insert-only; secrets, sessions and ticket codes cannot be read.
REVOKE ALL ON ALL FUNCTIONS IN SCHEMA boxoffice FROM PUBLIC;
GRANT USAGE ON SCHEMA boxoffice TO boxoffice_till;

GRANT SELECT ON boxoffice.venue, boxoffice.area, boxoffice.hall, boxoffice.seat, boxoffice.movie,
  boxoffice.movie_poster, boxoffice.show, boxoffice.show_price, boxoffice.show_seat, boxoffice.hold,
  boxoffice.tax_rate, boxoffice.ticket_type, boxoffice.price_list, boxoffice.price, boxoffice.staff,
  boxoffice.staff_permission, boxoffice.terminal, boxoffice.terminal_chain, boxoffice.sale, boxoffice.payment,
  boxoffice.journal, boxoffice.seat_activity, boxoffice.alembic_version, boxoffice.shift, boxoffice.z_report,
  boxoffice.cash_movement, boxoffice.cash_count, boxoffice.adjustment, boxoffice.refund, boxoffice.refund_line,
  boxoffice.refund_payment, boxoffice.payout, boxoffice.approval TO boxoffice_till;
GRANT SELECT (ticket_id, sale_id, line, terminal_id, serial, show_id, seat_id, area_id, ticket_type_id, amount, tax,
  tax_rate_id, voided_by) ON boxoffice.ticket TO boxoffice_till;

-- By column: identities stay the server's, and no till may lock out the others with LOCK TABLE, which asks for UPDATE of
-- the whole table. (DELETE would do for that as well; it stays where rows are deleted.)
DO $$
DECLARE
  name text;
BEGIN
  FOREACH name IN ARRAY ARRAY['area', 'hall', 'seat', 'movie', 'movie_poster', 'show', 'show_price', 'tax_rate',
                              'ticket_type', 'price_list', 'price'] LOOP
    EXECUTE (
      SELECT format('GRANT INSERT (%1$s), UPDATE (%1$s) ON boxoffice.%2$I TO boxoffice_till',
                    string_agg(quote_ident(a.attname), ', ' ORDER BY a.attnum), name)
        FROM pg_attribute a
       WHERE a.attrelid = format('boxoffice.%I', name)::regclass AND a.attnum > 0 AND NOT a.attisdropped
         AND a.attidentity = '' AND a.attgenerated = '');
  END LOOP;
END
$$;
GRANT DELETE ON boxoffice.price, boxoffice.show_price, boxoffice.movie_poster TO boxoffice_till;

-- By column, so that no till writes an identity: OVERRIDING SYSTEM VALUE would take the numbers of payments to come.
GRANT INSERT (show_id, seat_id, area_id) ON boxoffice.show_seat TO boxoffice_till;
GRANT INSERT (hold_id, kind, terminal_id, staff_id, name, reason) ON boxoffice.hold TO boxoffice_till;
GRANT INSERT (sale_id, line, kind, amount, given, reference, rounding, gift_card_id, origin) ON boxoffice.payment
  TO boxoffice_till;
GRANT INSERT (sale_id, line, ticket_line, kind, amount, tax, tax_rate_id, promotion_id, promotion_code_id, approval_id,
  gift_card_id, reason, carried_from) ON boxoffice.adjustment TO boxoffice_till;
GRANT INSERT (shift_id) ON boxoffice.shift TO boxoffice_till;
GRANT INSERT (sale_id, ticket_count, currency, total) ON boxoffice.sale TO boxoffice_till;
GRANT INSERT (sale_id, line, terminal_id, serial, show_id, seat_id, area_id, ticket_type_id, amount, tax, tax_rate_id,
  code) ON boxoffice.ticket TO boxoffice_till;
GRANT UPDATE (state, hold_id, held_by, held_until, ticket_id) ON boxoffice.show_seat TO boxoffice_till;

GRANT EXECUTE ON FUNCTION boxoffice.looks_like_card_number(text), boxoffice.plain_digits(text),
  boxoffice.passes_luhn(text), boxoffice.session_identity(),
  boxoffice.sign_in_salt(text), boxoffice.offer_key(text, bytea), boxoffice.sign_in(bytea), boxoffice.attach(bytea), boxoffice.sign_out(),
  boxoffice.seal_sale(uuid), boxoffice.ticket_codes(uuid), boxoffice.cash_step(text), boxoffice.cash_rounding(bigint, text) TO boxoffice_till;

CREATE TRIGGER area_permission BEFORE INSERT OR UPDATE OR DELETE ON boxoffice.area
FOR EACH STATEMENT EXECUTE FUNCTION boxoffice.guard_permission('manage_halls');
CREATE TRIGGER hall_permission BEFORE INSERT OR UPDATE OR DELETE ON boxoffice.hall
FOR EACH STATEMENT EXECUTE FUNCTION boxoffice.guard_permission('manage_halls');
CREATE TRIGGER seat_permission BEFORE INSERT OR UPDATE OR DELETE ON boxoffice.seat
FOR EACH STATEMENT EXECUTE FUNCTION boxoffice.guard_permission('manage_halls');
CREATE TRIGGER movie_permission BEFORE INSERT OR UPDATE OR DELETE ON boxoffice.movie
FOR EACH STATEMENT EXECUTE FUNCTION boxoffice.guard_permission('manage_films');
CREATE TRIGGER movie_poster_permission BEFORE INSERT OR UPDATE OR DELETE ON boxoffice.movie_poster
FOR EACH STATEMENT EXECUTE FUNCTION boxoffice.guard_permission('manage_films');
CREATE TRIGGER show_permission BEFORE INSERT OR UPDATE OR DELETE ON boxoffice.show
FOR EACH STATEMENT EXECUTE FUNCTION boxoffice.guard_permission('manage_schedule');
CREATE TRIGGER show_seat_permission BEFORE INSERT ON boxoffice.show_seat
FOR EACH STATEMENT EXECUTE FUNCTION boxoffice.guard_permission('manage_schedule');
CREATE TRIGGER show_price_permission BEFORE INSERT OR UPDATE OR DELETE ON boxoffice.show_price
FOR EACH STATEMENT EXECUTE FUNCTION boxoffice.guard_permission('manage_prices');
CREATE TRIGGER tax_rate_permission BEFORE INSERT OR UPDATE OR DELETE ON boxoffice.tax_rate
FOR EACH STATEMENT EXECUTE FUNCTION boxoffice.guard_permission('manage_prices');
CREATE TRIGGER ticket_type_permission BEFORE INSERT OR UPDATE OR DELETE ON boxoffice.ticket_type
FOR EACH STATEMENT EXECUTE FUNCTION boxoffice.guard_permission('manage_prices');
CREATE TRIGGER price_list_permission BEFORE INSERT OR UPDATE OR DELETE ON boxoffice.price_list
FOR EACH STATEMENT EXECUTE FUNCTION boxoffice.guard_permission('manage_prices');
CREATE TRIGGER price_permission BEFORE INSERT OR UPDATE OR DELETE ON boxoffice.price
FOR EACH STATEMENT EXECUTE FUNCTION boxoffice.guard_permission('manage_prices');
