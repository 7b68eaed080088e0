CREATE TABLE `rule_event` (
	`id` integer PRIMARY KEY NOT NULL,
	`kind` text NOT NULL,
	`at_ms` integer NOT NULL,
	`set_hash` blob,
	`before_set_hash` blob,
	`text_hash` blob NOT NULL,
	`rule_file_id` text,
	`commit` text,
	`is_dirty` integer,
	`detail` text NOT NULL,
	CONSTRAINT "rule_event_kind" CHECK("rule_event"."kind" IN ('taken', 'refused', 'demoted')),
	CONSTRAINT "rule_event_set_hash" CHECK("rule_event"."set_hash" IS NULL OR length("rule_event"."set_hash") = 32),
	CONSTRAINT "rule_event_before_set_hash" CHECK("rule_event"."before_set_hash" IS NULL OR length("rule_event"."before_set_hash") = 32),
	CONSTRAINT "rule_event_text_hash" CHECK(length("rule_event"."text_hash") = 32),
	CONSTRAINT "rule_event_rule_file" CHECK(("rule_event"."kind" = 'demoted') = ("rule_event"."rule_file_id" IS NOT NULL)),
	CONSTRAINT "rule_event_commit" CHECK(("rule_event"."commit" IS NULL) = ("rule_event"."is_dirty" IS NULL))
) STRICT;
--> statement-breakpoint
CREATE UNIQUE INDEX `rule_event_demotion` ON `rule_event` (`rule_file_id`,`text_hash`) WHERE "rule_event"."kind" = 'demoted';
--> statement-breakpoint
CREATE INDEX `decision_canary` ON `decision` (`rule_file_hash`) WHERE "decision"."mode" = 'canary';
--> statement-breakpoint
CREATE TRIGGER `rule_event_no_update` BEFORE UPDATE ON `rule_event` BEGIN
	SELECT RAISE(ABORT, 'the ledger is append-only: UPDATE of rule_event');
END;
--> statement-breakpoint
CREATE TRIGGER `rule_event_no_delete` BEFORE DELETE ON `rule_event` BEGIN
	SELECT RAISE(ABORT, 'the ledger is append-only: DELETE of rule_event');
END;
--> statement-breakpoint
CREATE TRIGGER `rule_event_no_replace` BEFORE INSERT ON `rule_event`
WHEN EXISTS (SELECT 1 FROM `rule_event` WHERE `id` = NEW.`id`)
	OR EXISTS (
		SELECT 1 FROM `rule_event`
		WHERE NEW.`kind` = 'demoted' AND `kind` = 'demoted' AND `rule_file_id` = NEW.`rule_file_id` AND `text_hash` = NEW.`text_hash`
	)
BEGIN
	SELECT RAISE(ABORT, 'the ledger is append-only: INSERT over a row of rule_event');
END;
