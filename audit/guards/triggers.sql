-- What the triggers of the log ask. Refusals are integrity errors, as on SQLite.

CREATE OR REPLACE FUNCTION audit_guard_event() RETURNS trigger LANGUAGE plpgsql
SET search_path FROM CURRENT AS $$
BEGIN
    IF TG_OP = 'DELETE' THEN
        IF OLD.published < now() - interval '1 day' AND EXISTS (
            SELECT 1 FROM audit_tombstone WHERE tenant_id = OLD.tenant_id AND seq = OLD.seq
            AND digest = OLD.digest AND hash = OLD.hash
        ) THEN
            RETURN OLD;
        END IF;
        RAISE EXCEPTION 'A sealed event is not deleted: prune_log and erase_person are the ways.' USING ERRCODE = 'restrict_violation';
    END IF;
    IF ROW({new}) IS NOT DISTINCT FROM ROW({old}) AND EXISTS (
        SELECT 1 FROM audit_erasure WHERE tenant_id = OLD.tenant_id AND ended_at IS NULL
    ) THEN
        RETURN NEW;
    END IF;
    RAISE EXCEPTION 'A sealed event is not changed.' USING ERRCODE = 'restrict_violation';
END $$;

CREATE OR REPLACE FUNCTION audit_guard_tombstone() RETURNS trigger LANGUAGE plpgsql
SET search_path FROM CURRENT AS $$
BEGIN
    IF TG_OP = 'DELETE' AND EXISTS (
        SELECT 1 FROM audit_anchor WHERE tenant_id = OLD.tenant_id AND seq >= OLD.seq
    ) THEN
        RETURN OLD;
    END IF;
    RAISE EXCEPTION 'A sealed event is not deleted: prune_log and erase_person are the ways.' USING ERRCODE = 'restrict_violation';
END $$;

CREATE OR REPLACE FUNCTION audit_guard_anchor() RETURNS trigger LANGUAGE plpgsql
SET search_path FROM CURRENT AS $$
BEGIN
    IF TG_OP = 'UPDATE' AND NEW.seq >= OLD.seq AND NEW.tenant_id = OLD.tenant_id THEN
        RETURN NEW;
    END IF;
    RAISE EXCEPTION 'A sealed event is not changed.' USING ERRCODE = 'restrict_violation';
END $$;

CREATE OR REPLACE FUNCTION audit_guard_whole() RETURNS trigger LANGUAGE plpgsql
SET search_path FROM CURRENT AS $$
BEGIN
    RAISE EXCEPTION 'A sealed event is not deleted: prune_log and erase_person are the ways.' USING ERRCODE = 'restrict_violation';
END $$;
