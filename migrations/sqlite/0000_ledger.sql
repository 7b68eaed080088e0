CREATE TABLE `approval` (
	`id` integer PRIMARY KEY NOT NULL,
	`subject_kind` text NOT NULL,
	`subject` text NOT NULL,
	`verdict` text NOT NULL,
	`actor` text NOT NULL,
	`because` text,
	`at_ms` integer NOT NULL,
	`detail` text NOT NULL
) STRICT;
--> statement-breakpoint
CREATE INDEX `approval_subject` ON `approval` (`subject_kind`,`subject`);
--> statement-breakpoint
CREATE TABLE `body` (
	`id` integer PRIMARY KEY NOT NULL,
	`bytes` blob NOT NULL,
	FOREIGN KEY (`id`) REFERENCES `body_key`(`id`) ON UPDATE no action ON DELETE no action
) STRICT;
--> statement-breakpoint
CREATE TABLE `body_key` (
	`id` integer PRIMARY KEY NOT NULL,
	`hash` blob NOT NULL,
	CONSTRAINT "body_key_hash" CHECK(length("body_key"."hash") = 32)
) STRICT;
--> statement-breakpoint
CREATE UNIQUE INDEX `body_key_hash_unique` ON `body_key` (`hash`);
--> statement-breakpoint
CREATE TABLE `chain` (
	`seq` integer PRIMARY KEY NOT NULL,
	`kind` text NOT NULL,
	`row_id` integer NOT NULL,
	`row_hash` blob NOT NULL,
	`prev_hash` blob NOT NULL,
	`hash` blob NOT NULL,
	CONSTRAINT "chain_seq" CHECK("chain"."seq" >= 1),
	CONSTRAINT "chain_row_hash" CHECK(length("chain"."row_hash") = 32),
	CONSTRAINT "chain_prev_hash" CHECK(length("chain"."prev_hash") = 32),
	CONSTRAINT "chain_hash" CHECK(length("chain"."hash") = 32)
) STRICT;
--> statement-breakpoint
CREATE UNIQUE INDEX `chain_row` ON `chain` (`kind`,`row_id`);
--> statement-breakpoint
CREATE TABLE `rule_set` (
	`id` integer PRIMARY KEY NOT NULL,
	`hash` blob NOT NULL,
	`files` text NOT NULL,
	`recorded_at_ms` integer NOT NULL,
	CONSTRAINT "rule_set_hash" CHECK(length("rule_set"."hash") = 32)
) STRICT;
--> statement-breakpoint
CREATE UNIQUE INDEX `rule_set_hash_unique` ON `rule_set` (`hash`);
--> statement-breakpoint
CREATE TABLE `rule_text` (
	`hash` blob PRIMARY KEY NOT NULL,
	`text` text NOT NULL,
	CONSTRAINT "rule_text_hash" CHECK(length("rule_text"."hash") = 32)
) STRICT;
--> statement-breakpoint
CREATE TABLE `run` (
	`id` integer PRIMARY KEY NOT NULL,
	`run_id` text NOT NULL,
	`environment` text NOT NULL,
	`tick` text NOT NULL,
	`started_at_ms` integer NOT NULL,
	`engine_version` text NOT NULL,
	`rule_set_hash` blob NOT NULL,
	CONSTRAINT "run_rule_set_hash" CHECK(length("run"."rule_set_hash") = 32)
) STRICT;
--> statement-breakpoint
CREATE UNIQUE INDEX `run_run_id_unique` ON `run` (`run_id`);
--> statement-breakpoint
CREATE INDEX `run_started` ON `run` (`started_at_ms`);
--> statement-breakpoint
CREATE UNIQUE INDEX `run_tick` ON `run` (`environment`,`tick`);
--> statement-breakpoint
CREATE TABLE `run_end` (
	`id` integer PRIMARY KEY NOT NULL,
	`run_id` text NOT NULL,
	`ended_at_ms` integer NOT NULL,
	`result` text NOT NULL,
	`summary` text NOT NULL,
	FOREIGN KEY (`run_id`) REFERENCES `run`(`run_id`) ON UPDATE no action ON DELETE no action,
	CONSTRAINT "run_end_result" CHECK("run_end"."result" IN ('done', 'tripped', 'failed'))
) STRICT;
--> statement-breakpoint
CREATE UNIQUE INDEX `run_end_run_id_unique` ON `run_end` (`run_id`);
--> statement-breakpoint
CREATE TABLE `tombstone` (
	`id` integer PRIMARY KEY NOT NULL,
	`body_hash` blob NOT NULL,
	`actor` text NOT NULL,
	`because` text NOT NULL,
	`at_ms` integer NOT NULL,
	CONSTRAINT "tombstone_body_hash" CHECK(length("tombstone"."body_hash") = 32)
) STRICT;
--> statement-breakpoint
CREATE INDEX `tombstone_body` ON `tombstone` (`body_hash`);
--> statement-breakpoint
CREATE TABLE `candidate` (
	`decision` integer NOT NULL,
	`provider_id` integer NOT NULL,
	`kind` integer NOT NULL,
	`is_eligible` integer NOT NULL,
	`rank` integer,
	`is_match` integer NOT NULL,
	`points_milli` integer NOT NULL,
	`max_points` integer NOT NULL,
	`cost_cents` integer,
	`matched` integer NOT NULL,
	`missed` integer NOT NULL,
	`unknown` integer NOT NULL,
	`not_applying` integer NOT NULL,
	`by_platform` integer NOT NULL,
	`by_on_missing` integer NOT NULL,
	`needs_person` integer NOT NULL,
	`shape` integer NOT NULL,
	`blocked_by` text,
	`graded` text,
	`evidence` text NOT NULL,
	`times` text,
	`body` integer NOT NULL,
	PRIMARY KEY(`decision`, `provider_id`),
	FOREIGN KEY (`decision`) REFERENCES `decision`(`id`) ON UPDATE no action ON DELETE no action,
	FOREIGN KEY (`body`) REFERENCES `body_key`(`id`) ON UPDATE no action ON DELETE no action,
	CONSTRAINT "candidate_kind" CHECK("candidate"."kind" IN (0, 1, 2)),
	CONSTRAINT "candidate_is_eligible" CHECK("candidate"."is_eligible" IN (0, 1)),
	CONSTRAINT "candidate_is_match" CHECK("candidate"."is_match" IN (0, 1))
) WITHOUT ROWID, STRICT;
--> statement-breakpoint
CREATE INDEX `candidate_provider` ON `candidate` (`provider_id`,`decision`);
--> statement-breakpoint
CREATE TABLE `claim` (
	`id` integer PRIMARY KEY NOT NULL,
	`intent` integer NOT NULL,
	`n` integer NOT NULL,
	`at_ms` integer NOT NULL,
	FOREIGN KEY (`intent`) REFERENCES `intent`(`id`) ON UPDATE no action ON DELETE no action,
	CONSTRAINT "claim_n" CHECK("claim"."n" >= 1)
) STRICT;
--> statement-breakpoint
CREATE INDEX `claim_at` ON `claim` (`at_ms`);
--> statement-breakpoint
CREATE UNIQUE INDEX `claim_n` ON `claim` (`intent`,`n`);
--> statement-breakpoint
CREATE TABLE `decision` (
	`id` integer PRIMARY KEY NOT NULL,
	`run_id` text NOT NULL,
	`work_order_id` integer NOT NULL,
	`episode` integer NOT NULL,
	`seq` integer NOT NULL,
	`title` text NOT NULL,
	`start_ms` integer,
	`end_ms` integer,
	`local_date` text,
	`rule_file_id` text,
	`rule_file_hash` blob,
	`rule_set_hash` blob NOT NULL,
	`mode` text,
	`decided_at_ms` integer NOT NULL,
	`taken_at_ms` integer NOT NULL,
	`engine_version` text NOT NULL,
	`opened_at_ms` integer NOT NULL,
	`opened_source` text NOT NULL,
	`due_stages` text NOT NULL,
	`stage` integer,
	`outcome` text NOT NULL,
	`reason_code` text NOT NULL,
	`reason_detail` text NOT NULL,
	`winner_id` integer,
	`runner_up_id` integer,
	`margin_milli` integer,
	`cost_cents` integer,
	`input_hash` blob NOT NULL,
	`header` text NOT NULL,
	`work_order_body` integer NOT NULL,
	`batch_body` integer NOT NULL,
	FOREIGN KEY (`run_id`) REFERENCES `run`(`run_id`) ON UPDATE no action ON DELETE no action,
	FOREIGN KEY (`rule_set_hash`) REFERENCES `rule_set`(`hash`) ON UPDATE no action ON DELETE no action,
	FOREIGN KEY (`work_order_body`) REFERENCES `body_key`(`id`) ON UPDATE no action ON DELETE no action,
	FOREIGN KEY (`batch_body`) REFERENCES `body_key`(`id`) ON UPDATE no action ON DELETE no action,
	CONSTRAINT "decision_episode" CHECK("decision"."episode" >= 1),
	CONSTRAINT "decision_seq" CHECK("decision"."seq" >= 1),
	CONSTRAINT "decision_rule_file_hash" CHECK("decision"."rule_file_hash" IS NULL OR length("decision"."rule_file_hash") = 32),
	CONSTRAINT "decision_rule_set_hash" CHECK(length("decision"."rule_set_hash") = 32),
	CONSTRAINT "decision_input_hash" CHECK(length("decision"."input_hash") = 32)
) STRICT;
--> statement-breakpoint
CREATE INDEX `decision_decided` ON `decision` (`decided_at_ms`);
--> statement-breakpoint
CREATE UNIQUE INDEX `decision_place` ON `decision` (`work_order_id`,`episode`,`seq`);
--> statement-breakpoint
CREATE TABLE `effect` (
	`id` integer PRIMARY KEY NOT NULL,
	`intent` integer NOT NULL,
	`n` integer NOT NULL,
	`kind` text NOT NULL,
	`reason_code` text NOT NULL,
	`reason_detail` text NOT NULL,
	`at_ms` integer NOT NULL,
	`run_id` text NOT NULL,
	`saw` text NOT NULL,
	FOREIGN KEY (`intent`) REFERENCES `intent`(`id`) ON UPDATE no action ON DELETE no action,
	FOREIGN KEY (`run_id`) REFERENCES `run`(`run_id`) ON UPDATE no action ON DELETE no action,
	CONSTRAINT "effect_n" CHECK("effect"."n" >= 1),
	CONSTRAINT "effect_kind" CHECK("effect"."kind" IN ('confirmed', 'refused', 'lost_race', 'unknown'))
) STRICT;
--> statement-breakpoint
CREATE INDEX `effect_at` ON `effect` (`at_ms`);
--> statement-breakpoint
CREATE UNIQUE INDEX `effect_n` ON `effect` (`intent`,`n`);
--> statement-breakpoint
CREATE TABLE `intent` (
	`id` integer PRIMARY KEY NOT NULL,
	`decision` integer NOT NULL,
	`n` integer NOT NULL,
	`kind` text NOT NULL,
	`call` text NOT NULL,
	`cost_cents` integer NOT NULL,
	FOREIGN KEY (`decision`) REFERENCES `decision`(`id`) ON UPDATE no action ON DELETE no action,
	CONSTRAINT "intent_n" CHECK("intent"."n" >= 1)
) STRICT;
--> statement-breakpoint
CREATE UNIQUE INDEX `intent_n` ON `intent` (`decision`,`n`);
--> statement-breakpoint
CREATE TABLE `override` (
	`id` integer PRIMARY KEY NOT NULL,
	`work_order_id` integer NOT NULL,
	`episode` integer NOT NULL,
	`decision` integer,
	`kind` text NOT NULL,
	`provider_id` integer,
	`actor` text,
	`because` text,
	`at_ms` integer NOT NULL,
	`detail` text NOT NULL,
	FOREIGN KEY (`decision`) REFERENCES `decision`(`id`) ON UPDATE no action ON DELETE no action,
	CONSTRAINT "override_episode" CHECK("override"."episode" >= 1)
) STRICT;
--> statement-breakpoint
CREATE INDEX `override_work_order` ON `override` (`work_order_id`);
--> statement-breakpoint
CREATE INDEX `override_at` ON `override` (`at_ms`);
--> statement-breakpoint
CREATE UNIQUE INDEX `override_observation` ON `override` (`work_order_id`,`episode`,`kind`,CASE WHEN "provider_id" IS NULL THEN 0 ELSE "provider_id" END) WHERE "override"."kind" IN ('route_accepted', 'assigned_by_other', 'unassigned');
--> statement-breakpoint
CREATE TABLE `exclusion` (
	`id` integer PRIMARY KEY NOT NULL,
	`provider_id` integer NOT NULL,
	`rule_file_id` text,
	`until_ms` integer,
	`because` text NOT NULL,
	`actor` text NOT NULL,
	`created_at_ms` integer NOT NULL
) STRICT;
--> statement-breakpoint
CREATE INDEX `exclusion_provider` ON `exclusion` (`provider_id`);
--> statement-breakpoint
CREATE TABLE `ledger_identity` (
	`id` integer PRIMARY KEY NOT NULL,
	`environment` text NOT NULL,
	`company_id` integer
) STRICT;
--> statement-breakpoint
CREATE TABLE `open_intent` (
	`intent` integer PRIMARY KEY NOT NULL,
	`work_order_id` integer NOT NULL,
	`claims` integer NOT NULL,
	`claimed_at_ms` integer,
	FOREIGN KEY (`intent`) REFERENCES `intent`(`id`) ON UPDATE no action ON DELETE no action
) STRICT;
--> statement-breakpoint
CREATE UNIQUE INDEX `open_intent_lock` ON `open_intent` (`work_order_id`) WHERE "open_intent"."claims" > 0;
--> statement-breakpoint
CREATE TABLE `pin` (
	`work_order_id` integer PRIMARY KEY NOT NULL,
	`provider_id` integer NOT NULL,
	`until_ms` integer,
	`because` text NOT NULL,
	`actor` text NOT NULL,
	`created_at_ms` integer NOT NULL
) STRICT;
--> statement-breakpoint
CREATE TABLE `provider` (
	`id` integer PRIMARY KEY NOT NULL,
	`first_seen_ms` integer NOT NULL,
	`last_seen_ms` integer NOT NULL,
	`flags` text,
	`verdicts` text NOT NULL,
	`profile` text
) STRICT;
--> statement-breakpoint
CREATE TABLE `roll_up` (
	`day` text NOT NULL,
	`rule_file_id` text NOT NULL,
	`measure` text NOT NULL,
	`subject` text NOT NULL,
	`amount` integer NOT NULL,
	PRIMARY KEY(`day`, `rule_file_id`, `measure`, `subject`)
) WITHOUT ROWID, STRICT;
--> statement-breakpoint
CREATE TRIGGER `run_no_update` BEFORE UPDATE ON `run` BEGIN
	SELECT RAISE(ABORT, 'the ledger is append-only: UPDATE of run');
END;
--> statement-breakpoint
CREATE TRIGGER `run_no_delete` BEFORE DELETE ON `run` BEGIN
	SELECT RAISE(ABORT, 'the ledger is append-only: DELETE of run');
END;
--> statement-breakpoint
CREATE TRIGGER `run_end_no_update` BEFORE UPDATE ON `run_end` BEGIN
	SELECT RAISE(ABORT, 'the ledger is append-only: UPDATE of run_end');
END;
--> statement-breakpoint
CREATE TRIGGER `run_end_no_delete` BEFORE DELETE ON `run_end` BEGIN
	SELECT RAISE(ABORT, 'the ledger is append-only: DELETE of run_end');
END;
--> statement-breakpoint
CREATE TRIGGER `rule_text_no_update` BEFORE UPDATE ON `rule_text` BEGIN
	SELECT RAISE(ABORT, 'the ledger is append-only: UPDATE of rule_text');
END;
--> statement-breakpoint
CREATE TRIGGER `rule_text_no_delete` BEFORE DELETE ON `rule_text` BEGIN
	SELECT RAISE(ABORT, 'the ledger is append-only: DELETE of rule_text');
END;
--> statement-breakpoint
CREATE TRIGGER `rule_set_no_update` BEFORE UPDATE ON `rule_set` BEGIN
	SELECT RAISE(ABORT, 'the ledger is append-only: UPDATE of rule_set');
END;
--> statement-breakpoint
CREATE TRIGGER `rule_set_no_delete` BEFORE DELETE ON `rule_set` BEGIN
	SELECT RAISE(ABORT, 'the ledger is append-only: DELETE of rule_set');
END;
--> statement-breakpoint
CREATE TRIGGER `body_key_no_update` BEFORE UPDATE ON `body_key` BEGIN
	SELECT RAISE(ABORT, 'the ledger is append-only: UPDATE of body_key');
END;
--> statement-breakpoint
CREATE TRIGGER `body_key_no_delete` BEFORE DELETE ON `body_key` BEGIN
	SELECT RAISE(ABORT, 'the ledger is append-only: DELETE of body_key');
END;
--> statement-breakpoint
CREATE TRIGGER `decision_no_update` BEFORE UPDATE ON `decision` BEGIN
	SELECT RAISE(ABORT, 'the ledger is append-only: UPDATE of decision');
END;
--> statement-breakpoint
CREATE TRIGGER `decision_no_delete` BEFORE DELETE ON `decision` BEGIN
	SELECT RAISE(ABORT, 'the ledger is append-only: DELETE of decision');
END;
--> statement-breakpoint
CREATE TRIGGER `candidate_no_update` BEFORE UPDATE ON `candidate` BEGIN
	SELECT RAISE(ABORT, 'the ledger is append-only: UPDATE of candidate');
END;
--> statement-breakpoint
CREATE TRIGGER `candidate_no_delete` BEFORE DELETE ON `candidate` BEGIN
	SELECT RAISE(ABORT, 'the ledger is append-only: DELETE of candidate');
END;
--> statement-breakpoint
CREATE TRIGGER `intent_no_update` BEFORE UPDATE ON `intent` BEGIN
	SELECT RAISE(ABORT, 'the ledger is append-only: UPDATE of intent');
END;
--> statement-breakpoint
CREATE TRIGGER `intent_no_delete` BEFORE DELETE ON `intent` BEGIN
	SELECT RAISE(ABORT, 'the ledger is append-only: DELETE of intent');
END;
--> statement-breakpoint
CREATE TRIGGER `claim_no_update` BEFORE UPDATE ON `claim` BEGIN
	SELECT RAISE(ABORT, 'the ledger is append-only: UPDATE of claim');
END;
--> statement-breakpoint
CREATE TRIGGER `claim_no_delete` BEFORE DELETE ON `claim` BEGIN
	SELECT RAISE(ABORT, 'the ledger is append-only: DELETE of claim');
END;
--> statement-breakpoint
CREATE TRIGGER `effect_no_update` BEFORE UPDATE ON `effect` BEGIN
	SELECT RAISE(ABORT, 'the ledger is append-only: UPDATE of effect');
END;
--> statement-breakpoint
CREATE TRIGGER `effect_no_delete` BEFORE DELETE ON `effect` BEGIN
	SELECT RAISE(ABORT, 'the ledger is append-only: DELETE of effect');
END;
--> statement-breakpoint
CREATE TRIGGER `approval_no_update` BEFORE UPDATE ON `approval` BEGIN
	SELECT RAISE(ABORT, 'the ledger is append-only: UPDATE of approval');
END;
--> statement-breakpoint
CREATE TRIGGER `approval_no_delete` BEFORE DELETE ON `approval` BEGIN
	SELECT RAISE(ABORT, 'the ledger is append-only: DELETE of approval');
END;
--> statement-breakpoint
CREATE TRIGGER `override_no_update` BEFORE UPDATE ON `override` BEGIN
	SELECT RAISE(ABORT, 'the ledger is append-only: UPDATE of override');
END;
--> statement-breakpoint
CREATE TRIGGER `override_no_delete` BEFORE DELETE ON `override` BEGIN
	SELECT RAISE(ABORT, 'the ledger is append-only: DELETE of override');
END;
--> statement-breakpoint
CREATE TRIGGER `tombstone_no_update` BEFORE UPDATE ON `tombstone` BEGIN
	SELECT RAISE(ABORT, 'the ledger is append-only: UPDATE of tombstone');
END;
--> statement-breakpoint
CREATE TRIGGER `tombstone_no_delete` BEFORE DELETE ON `tombstone` BEGIN
	SELECT RAISE(ABORT, 'the ledger is append-only: DELETE of tombstone');
END;
--> statement-breakpoint
CREATE TRIGGER `chain_no_update` BEFORE UPDATE ON `chain` BEGIN
	SELECT RAISE(ABORT, 'the ledger is append-only: UPDATE of chain');
END;
--> statement-breakpoint
CREATE TRIGGER `chain_no_delete` BEFORE DELETE ON `chain` BEGIN
	SELECT RAISE(ABORT, 'the ledger is append-only: DELETE of chain');
END;
--> statement-breakpoint
CREATE TRIGGER `body_no_update` BEFORE UPDATE ON `body` BEGIN
	SELECT RAISE(ABORT, 'the ledger is append-only: UPDATE of body');
END;
--> statement-breakpoint
-- REPLACE takes rows away and asks no DELETE trigger unless `recursive_triggers` is on, which is each connection's own choice.
-- So no row may be inserted where one is; an id that SQLite is to choose is -1 here, and meets none.
CREATE TRIGGER `run_no_replace` BEFORE INSERT ON `run`
WHEN EXISTS (SELECT 1 FROM `run` WHERE `id` = NEW.`id`)
	OR EXISTS (SELECT 1 FROM `run` WHERE `run_id` = NEW.`run_id`)
	OR EXISTS (SELECT 1 FROM `run` WHERE `environment` = NEW.`environment` AND `tick` = NEW.`tick`)
BEGIN
	SELECT RAISE(ABORT, 'the ledger is append-only: INSERT over a row of run');
END;
--> statement-breakpoint
CREATE TRIGGER `run_end_no_replace` BEFORE INSERT ON `run_end`
WHEN EXISTS (SELECT 1 FROM `run_end` WHERE `id` = NEW.`id`)
	OR EXISTS (SELECT 1 FROM `run_end` WHERE `run_id` = NEW.`run_id`)
BEGIN
	SELECT RAISE(ABORT, 'the ledger is append-only: INSERT over a row of run_end');
END;
--> statement-breakpoint
CREATE TRIGGER `rule_text_no_replace` BEFORE INSERT ON `rule_text`
WHEN EXISTS (SELECT 1 FROM `rule_text` WHERE `hash` = NEW.`hash`)
BEGIN
	SELECT RAISE(ABORT, 'the ledger is append-only: INSERT over a row of rule_text');
END;
--> statement-breakpoint
CREATE TRIGGER `rule_set_no_replace` BEFORE INSERT ON `rule_set`
WHEN EXISTS (SELECT 1 FROM `rule_set` WHERE `id` = NEW.`id`)
	OR EXISTS (SELECT 1 FROM `rule_set` WHERE `hash` = NEW.`hash`)
BEGIN
	SELECT RAISE(ABORT, 'the ledger is append-only: INSERT over a row of rule_set');
END;
--> statement-breakpoint
CREATE TRIGGER `body_key_no_replace` BEFORE INSERT ON `body_key`
WHEN EXISTS (SELECT 1 FROM `body_key` WHERE `id` = NEW.`id`)
	OR EXISTS (SELECT 1 FROM `body_key` WHERE `hash` = NEW.`hash`)
BEGIN
	SELECT RAISE(ABORT, 'the ledger is append-only: INSERT over a row of body_key');
END;
--> statement-breakpoint
CREATE TRIGGER `body_no_replace` BEFORE INSERT ON `body`
WHEN EXISTS (SELECT 1 FROM `body` WHERE `id` = NEW.`id`)
BEGIN
	SELECT RAISE(ABORT, 'the ledger is append-only: INSERT over a row of body');
END;
--> statement-breakpoint
CREATE TRIGGER `decision_no_replace` BEFORE INSERT ON `decision`
WHEN EXISTS (SELECT 1 FROM `decision` WHERE `id` = NEW.`id`)
	OR EXISTS (SELECT 1 FROM `decision` WHERE `work_order_id` = NEW.`work_order_id` AND `episode` = NEW.`episode` AND `seq` = NEW.`seq`)
BEGIN
	SELECT RAISE(ABORT, 'the ledger is append-only: INSERT over a row of decision');
END;
--> statement-breakpoint
CREATE TRIGGER `candidate_no_replace` BEFORE INSERT ON `candidate`
WHEN EXISTS (SELECT 1 FROM `candidate` WHERE `decision` = NEW.`decision` AND `provider_id` = NEW.`provider_id`)
BEGIN
	SELECT RAISE(ABORT, 'the ledger is append-only: INSERT over a row of candidate');
END;
--> statement-breakpoint
CREATE TRIGGER `intent_no_replace` BEFORE INSERT ON `intent`
WHEN EXISTS (SELECT 1 FROM `intent` WHERE `id` = NEW.`id`)
	OR EXISTS (SELECT 1 FROM `intent` WHERE `decision` = NEW.`decision` AND `n` = NEW.`n`)
BEGIN
	SELECT RAISE(ABORT, 'the ledger is append-only: INSERT over a row of intent');
END;
--> statement-breakpoint
CREATE TRIGGER `claim_no_replace` BEFORE INSERT ON `claim`
WHEN EXISTS (SELECT 1 FROM `claim` WHERE `id` = NEW.`id`)
BEGIN
	SELECT RAISE(ABORT, 'the ledger is append-only: INSERT over a row of claim');
END;
--> statement-breakpoint
CREATE TRIGGER `effect_no_replace` BEFORE INSERT ON `effect`
WHEN EXISTS (SELECT 1 FROM `effect` WHERE `id` = NEW.`id`)
BEGIN
	SELECT RAISE(ABORT, 'the ledger is append-only: INSERT over a row of effect');
END;
--> statement-breakpoint
CREATE TRIGGER `approval_no_replace` BEFORE INSERT ON `approval`
WHEN EXISTS (SELECT 1 FROM `approval` WHERE `id` = NEW.`id`)
BEGIN
	SELECT RAISE(ABORT, 'the ledger is append-only: INSERT over a row of approval');
END;
--> statement-breakpoint
CREATE TRIGGER `override_no_replace` BEFORE INSERT ON `override`
WHEN EXISTS (SELECT 1 FROM `override` WHERE `id` = NEW.`id`)
	OR NEW.`kind` IN ('route_accepted', 'assigned_by_other', 'unassigned') AND EXISTS (
		SELECT 1 FROM `override` WHERE `work_order_id` = NEW.`work_order_id` AND `episode` = NEW.`episode`
			AND `kind` = NEW.`kind` AND `provider_id` IS NEW.`provider_id`
	)
BEGIN
	SELECT RAISE(ABORT, 'the ledger is append-only: INSERT over a row of override');
END;
--> statement-breakpoint
CREATE TRIGGER `tombstone_no_replace` BEFORE INSERT ON `tombstone`
WHEN EXISTS (SELECT 1 FROM `tombstone` WHERE `id` = NEW.`id`)
BEGIN
	SELECT RAISE(ABORT, 'the ledger is append-only: INSERT over a row of tombstone');
END;
--> statement-breakpoint
CREATE TRIGGER `chain_no_replace` BEFORE INSERT ON `chain`
WHEN EXISTS (SELECT 1 FROM `chain` WHERE `kind` = NEW.`kind` AND `row_id` = NEW.`row_id`)
BEGIN
	SELECT RAISE(ABORT, 'the ledger is append-only: INSERT over a row of chain');
END;
--> statement-breakpoint
-- A body may go only when a tombstone for its hash stands in the chain.
CREATE TRIGGER `body_delete_needs_tombstone` BEFORE DELETE ON `body`
WHEN NOT EXISTS (
	SELECT 1 FROM `body_key`
	JOIN `tombstone` ON `tombstone`.`body_hash` = `body_key`.`hash`
	JOIN `chain` ON `chain`.`kind` = 'tombstone' AND `chain`.`row_id` = `tombstone`.`id`
	WHERE `body_key`.`id` = OLD.`id`
) BEGIN
	SELECT RAISE(ABORT, 'the ledger is append-only: DELETE of body without a chained tombstone');
END;
--> statement-breakpoint
-- The highest effect counts, and only an unknown one may be followed.
CREATE TRIGGER `effect_follows` BEFORE INSERT ON `effect` BEGIN
	SELECT RAISE(ABORT, 'effect: the intent is settled')
	WHERE EXISTS (SELECT 1 FROM `effect` WHERE `intent` = NEW.`intent` AND `kind` <> 'unknown');
	SELECT RAISE(ABORT, 'effect: not the next number')
	WHERE NEW.`n` <> (SELECT coalesce(max(`n`), 0) + 1 FROM `effect` WHERE `intent` = NEW.`intent`);
END;
--> statement-breakpoint
CREATE TRIGGER `claim_follows` BEFORE INSERT ON `claim` BEGIN
	SELECT RAISE(ABORT, 'claim: the intent is settled')
	WHERE EXISTS (SELECT 1 FROM `effect` WHERE `intent` = NEW.`intent` AND `kind` <> 'unknown');
	SELECT RAISE(ABORT, 'claim: another intent of the work order is open')
	WHERE EXISTS (
		SELECT 1 FROM `open_intent` AS `own` JOIN `open_intent` AS `other` USING (`work_order_id`)
		WHERE `own`.`intent` = NEW.`intent` AND `other`.`intent` <> NEW.`intent` AND `other`.`claims` > 0
	);
	SELECT RAISE(ABORT, 'claim: not the next number')
	WHERE NEW.`n` <> (SELECT coalesce(max(`n`), 0) + 1 FROM `claim` WHERE `intent` = NEW.`intent`);
END;
--> statement-breakpoint
-- The first link is 1 and follows 32 zero bytes.
CREATE TRIGGER `chain_follows` BEFORE INSERT ON `chain`
WHEN NEW.`seq` IS NOT (SELECT coalesce(max(`seq`), 0) + 1 FROM `chain`)
	OR NEW.`prev_hash` IS NOT coalesce((SELECT `hash` FROM `chain` ORDER BY `seq` DESC LIMIT 1), zeroblob(32))
BEGIN
	SELECT RAISE(ABORT, 'chain: not the next link');
END;
--> statement-breakpoint
-- What was erased stays erased, whoever shows it again.
CREATE TRIGGER `body_not_after_tombstone` BEFORE INSERT ON `body`
WHEN EXISTS (
	SELECT 1 FROM `body_key` JOIN `tombstone` ON `tombstone`.`body_hash` = `body_key`.`hash` WHERE `body_key`.`id` = NEW.`id`
) BEGIN
	SELECT RAISE(ABORT, 'body: its hash has a tombstone');
END;
--> statement-breakpoint
-- The list of open intents follows the ledger, whoever writes.
CREATE TRIGGER `intent_opens` AFTER INSERT ON `intent` BEGIN
	INSERT INTO `open_intent` (`intent`, `work_order_id`, `claims`, `claimed_at_ms`)
	SELECT NEW.`id`, `work_order_id`, 0, NULL FROM `decision` WHERE `id` = NEW.`decision`;
END;
--> statement-breakpoint
CREATE TRIGGER `claim_locks` AFTER INSERT ON `claim` BEGIN
	UPDATE `open_intent` SET `claims` = NEW.`n`, `claimed_at_ms` = NEW.`at_ms` WHERE `intent` = NEW.`intent`;
END;
--> statement-breakpoint
CREATE TRIGGER `effect_settles` AFTER INSERT ON `effect` WHEN NEW.`kind` <> 'unknown' BEGIN
	DELETE FROM `open_intent` WHERE `intent` = NEW.`intent`;
END;
--> statement-breakpoint
CREATE TRIGGER `open_intent_stays_until_settled` BEFORE DELETE ON `open_intent`
WHEN NOT EXISTS (SELECT 1 FROM `effect` WHERE `intent` = OLD.`intent` AND `kind` <> 'unknown') BEGIN
	SELECT RAISE(ABORT, 'open_intent: the intent is not settled');
END;
