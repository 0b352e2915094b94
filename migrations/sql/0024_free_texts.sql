-- No text that people write by hand holds a card number: reasons, names, phone numbers. The tills refuse it first and say so
-- at the field; this is for every other client.

-- The rule of the tills (domain/cards.py): a card number or stripe data, where phone numbers are let pass: a whole run of
-- digits with + or 00 and a country (15 digits at most, ITU-T E.164), with a leading 0, or of up to 12 digits.
CREATE FUNCTION boxoffice.holds_card_number(value text) RETURNS boolean
LANGUAGE plpgsql IMMUTABLE STRICT PARALLEL SAFE
SET search_path = pg_catalog, pg_temp AS $$
DECLARE
  plain text;
BEGIN
  -- Most texts have no digit at all.
  IF value !~ '[0-9]' AND value !~ '[^\u0001-\u007F]' THEN
    RETURN false;
  END IF;
  plain := boxoffice.plain_digits(value);
  RETURN plain ~* '[A-Z][0-9]{8,19}\^|;[0-9]{8,19}=|[0-9]{12,19}[=D][0-9]{4}'
      OR boxoffice.looks_like_card_number(regexp_replace(plain,
           '(?<![0-9])(?<![0-9][- ./_,:*|()])(?<![0-9][- ./_,:*|()]{2})(?<![0-9][- ./_,:*|()]{3})'
           '(?:(?:\+[- ./_,:*|()]{0,3}|00[- ./_,:*|()]{0,3})[1-9](?:[- ./_,:*|()]{0,3}[0-9]){4,14}'
           '|0[- ./_,:*|()]{0,3}[1-9](?:[- ./_,:*|()]{0,3}[0-9]){3,11}'
           '|[0-9](?:[- ./_,:*|()]{0,3}[0-9]){4,11})(?![- ./_,:*|()]{0,3}[0-9])', '?', 'g'));
END
$$;

ALTER TABLE boxoffice.hold ADD CONSTRAINT hold_texts_harmless
  CHECK (NOT boxoffice.holds_card_number(name || ' ? ' || reason));
ALTER TABLE boxoffice.adjustment ADD CONSTRAINT adjustment_texts_harmless
  CHECK (NOT boxoffice.holds_card_number(reason));
ALTER TABLE boxoffice.cash_movement ADD CONSTRAINT cash_movement_texts_harmless
  CHECK (NOT boxoffice.holds_card_number(reason));
ALTER TABLE boxoffice.z_report ADD CONSTRAINT z_report_texts_harmless
  CHECK (NOT boxoffice.holds_card_number(reason));
ALTER TABLE boxoffice.approval ADD CONSTRAINT approval_texts_harmless
  CHECK (NOT boxoffice.holds_card_number(reason));
ALTER TABLE boxoffice.refund ADD CONSTRAINT refund_texts_harmless
  CHECK (NOT boxoffice.holds_card_number(reason));
ALTER TABLE boxoffice.reservation ADD CONSTRAINT reservation_texts_harmless
  CHECK (NOT boxoffice.holds_card_number(name_key || ' ? ' || phone));

REVOKE ALL ON FUNCTION boxoffice.holds_card_number(text) FROM PUBLIC;
-- A check is done with the rights of who writes.
GRANT EXECUTE ON FUNCTION boxoffice.holds_card_number(text) TO boxoffice_till;
