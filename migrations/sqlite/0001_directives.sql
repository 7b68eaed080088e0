CREATE TABLE `directive` (
	`id` integer PRIMARY KEY NOT NULL,
	`kind` text NOT NULL,
	`provider_id` integer,
	`work_order_id` integer,
	`actor` text NOT NULL,
	`because` text NOT NULL,
	`at_ms` integer NOT NULL,
	`until_ms` integer,
	CONSTRAINT "directive_kind" CHECK("directive"."kind" IN ('pause', 'exclusion', 'pin')),
	CONSTRAINT "directive_provider" CHECK(("directive"."kind" = 'pause') = ("directive"."provider_id" IS NULL)),
	CONSTRAINT "directive_work_order" CHECK(("directive"."kind" = 'pin') = ("directive"."work_order_id" IS NOT NULL))
) STRICT;
--> statement-breakpoint
CREATE TABLE `directive_end` (
	`id` integer PRIMARY KEY NOT NULL,
	`directive` integer NOT NULL,
	`actor` text NOT NULL,
	`because` text NOT NULL,
	`at_ms` integer NOT NULL,
	FOREIGN KEY (`directive`) REFERENCES `directive`(`id`) ON UPDATE no action ON DELETE no action
) STRICT;
--> statement-breakpoint
CREATE UNIQUE INDEX `directive_end_directive_unique` ON `directive_end` (`directive`);
--> statement-breakpoint
CREATE TRIGGER `directive_no_update` BEFORE UPDATE ON `directive` BEGIN
	SELECT RAISE(ABORT, 'the ledger is append-only: UPDATE of directive');
END;
--> statement-breakpoint
CREATE TRIGGER `directive_no_delete` BEFORE DELETE ON `directive` BEGIN
	SELECT RAISE(ABORT, 'the ledger is append-only: DELETE of directive');
END;
--> statement-breakpoint
CREATE TRIGGER `directive_end_no_update` BEFORE UPDATE ON `directive_end` BEGIN
	SELECT RAISE(ABORT, 'the ledger is append-only: UPDATE of directive_end');
END;
--> statement-breakpoint
CREATE TRIGGER `directive_end_no_delete` BEFORE DELETE ON `directive_end` BEGIN
	SELECT RAISE(ABORT, 'the ledger is append-only: DELETE of directive_end');
END;
--> statement-breakpoint
CREATE TRIGGER `directive_no_replace` BEFORE INSERT ON `directive`
WHEN EXISTS (SELECT 1 FROM `directive` WHERE `id` = NEW.`id`)
BEGIN
	SELECT RAISE(ABORT, 'the ledger is append-only: INSERT over a row of directive');
END;
--> statement-breakpoint
CREATE TRIGGER `directive_end_no_replace` BEFORE INSERT ON `directive_end`
WHEN EXISTS (SELECT 1 FROM `directive_end` WHERE `id` = NEW.`id`)
	OR EXISTS (SELECT 1 FROM `directive_end` WHERE `directive` = NEW.`directive`)
BEGIN
	SELECT RAISE(ABORT, 'the ledger is append-only: INSERT over a row of directive_end');
END;
