-- The narrow doors: functions that do, as the owner, what nobody else may do to the log. So a role that can only
-- read and add events (grant_log_role) still seals, prunes and erases.

-- An event whose tombstone is there may go; the guards look at that themselves.
CREATE OR REPLACE FUNCTION audit_bury(whose uuid, places bigint[]) RETURNS bigint
LANGUAGE plpgsql SECURITY DEFINER SET search_path FROM CURRENT AS $$
DECLARE buried bigint;
BEGIN
    INSERT INTO audit_tombstone (tenant_id, seq, digest, hash)
        SELECT tenant_id, seq, digest, hash FROM audit_event WHERE tenant_id = whose AND seq = ANY(places)
        ON CONFLICT DO NOTHING;
    DELETE FROM audit_event WHERE tenant_id = whose AND seq = ANY(places);
    GET DIAGNOSTICS buried = ROW_COUNT;
    RETURN buried;
END $$;

-- The place before the oldest event that is kept; tombstones up to there have served.
CREATE OR REPLACE FUNCTION audit_advance(whose uuid) RETURNS void
LANGUAGE plpgsql SECURITY DEFINER SET search_path FROM CURRENT AS $$
DECLARE oldest bigint;
BEGIN
    SELECT seq INTO oldest FROM audit_event WHERE tenant_id = whose ORDER BY seq LIMIT 1;
    IF oldest IS NULL THEN
        SELECT seq + 1 INTO oldest FROM audit_head WHERE tenant_id = whose;
    END IF;
    INSERT INTO audit_anchor (tenant_id, seq, hash)
        SELECT tenant_id, seq, hash FROM audit_tombstone WHERE tenant_id = whose AND seq = oldest - 1
        ON CONFLICT (tenant_id) DO UPDATE SET seq = EXCLUDED.seq, hash = EXCLUDED.hash;
    DELETE FROM audit_tombstone WHERE tenant_id = whose
        AND seq <= (SELECT seq FROM audit_anchor WHERE tenant_id = whose);
END $$;

-- Events of the month that have come already move over from the default partition.
CREATE OR REPLACE FUNCTION audit_partition(month date) RETURNS boolean
LANGUAGE plpgsql SECURITY DEFINER SET search_path FROM CURRENT AS $$
DECLARE
    begins date := date_trunc('month', month)::date;
    lower timestamptz := begins::timestamp AT TIME ZONE 'UTC';
    upper timestamptz := (begins + interval '1 month')::timestamp AT TIME ZONE 'UTC';
    part text := 'audit_event_' || to_char(begins, 'YYYY_MM');
    has_strays boolean;
BEGIN
    IF to_regclass(part) IS NOT NULL THEN
        RETURN false;
    END IF;
    LOCK TABLE ONLY audit_event IN SHARE ROW EXCLUSIVE MODE;
    IF to_regclass(part) IS NOT NULL THEN
        RETURN false;
    END IF;
    has_strays := EXISTS (
        SELECT 1 FROM audit_event_default WHERE published >= lower AND published < upper
    );
    IF has_strays THEN
        ALTER TABLE audit_event DETACH PARTITION audit_event_default;
        ALTER TABLE audit_event_default RENAME TO audit_event_strays;
        CREATE TABLE audit_event_default PARTITION OF audit_event DEFAULT;
        CREATE TRIGGER audit_event_whole BEFORE TRUNCATE ON audit_event_default
            EXECUTE FUNCTION audit_guard_whole();
    END IF;
    EXECUTE format('CREATE TABLE %I (LIKE audit_event INCLUDING DEFAULTS)', part);
    EXECUTE format('ALTER TABLE audit_event ATTACH PARTITION %I FOR VALUES FROM (%L) TO (%L)', part, lower, upper);
    EXECUTE format(
        'CREATE TRIGGER audit_event_whole BEFORE TRUNCATE ON %I EXECUTE FUNCTION audit_guard_whole()', part
    );
    IF has_strays THEN
        INSERT INTO audit_event SELECT * FROM audit_event_strays;
        DROP TABLE audit_event_strays;
    END IF;
    RETURN true;
END $$;

-- A month goes at once. Only what lies among events that are kept needs tombstones, and the one before them.
CREATE OR REPLACE FUNCTION audit_drop_partition(month date) RETURNS void
LANGUAGE plpgsql SECURITY DEFINER SET search_path FROM CURRENT AS $$
DECLARE
    begins date := date_trunc('month', month)::date;
    lower timestamptz := begins::timestamp AT TIME ZONE 'UTC';
    upper timestamptz := (begins + interval '1 month')::timestamp AT TIME ZONE 'UTC';
    part text := 'audit_event_' || to_char(begins, 'YYYY_MM');
    head record;
    oldest bigint;
BEGIN
    IF upper > now() - interval '1 day' THEN
        RAISE EXCEPTION 'The month is not over.' USING ERRCODE = 'restrict_violation';
    END IF;
    -- The whole first: who reads holds it and then wants the parts.
    LOCK TABLE ONLY audit_event IN ACCESS EXCLUSIVE MODE;
    FOR head IN SELECT tenant_id, seq FROM audit_head LOOP
        SELECT seq INTO oldest FROM audit_event
            WHERE tenant_id = head.tenant_id AND (published < lower OR published >= upper)
            ORDER BY seq LIMIT 1;
        EXECUTE format(
            'INSERT INTO audit_tombstone (tenant_id, seq, digest, hash) '
            'SELECT tenant_id, seq, digest, hash FROM %I WHERE tenant_id = $1 AND seq >= $2 ON CONFLICT DO NOTHING',
            part
        ) USING head.tenant_id, COALESCE(oldest, head.seq + 1) - 1;
    END LOOP;
    EXECUTE format('DROP TABLE %I', part);
    FOR head IN SELECT tenant_id FROM audit_head LOOP
        PERFORM audit_advance(head.tenant_id);
    END LOOP;
END $$;

-- Of an event, what an erasure may change; the guards look whether one is under way.
CREATE OR REPLACE FUNCTION audit_redact(whose uuid, place bigint, said jsonb) RETURNS bigint
LANGUAGE plpgsql SECURITY DEFINER SET search_path FROM CURRENT AS $$
DECLARE redacted bigint;
BEGIN
    UPDATE audit_event SET ({redactable}) = (
        SELECT {redactable} FROM jsonb_populate_record(audit_event, said)
    ) WHERE tenant_id = whose AND seq = place;
    GET DIAGNOSTICS redacted = ROW_COUNT;
    RETURN redacted;
END $$;

-- What everybody could call would be no narrow door.
REVOKE ALL ON FUNCTION audit_bury(uuid, bigint[]) FROM PUBLIC;
REVOKE ALL ON FUNCTION audit_advance(uuid) FROM PUBLIC;
REVOKE ALL ON FUNCTION audit_partition(date) FROM PUBLIC;
REVOKE ALL ON FUNCTION audit_drop_partition(date) FROM PUBLIC;
REVOKE ALL ON FUNCTION audit_redact(uuid, bigint, jsonb) FROM PUBLIC;
