-- Never written until now: it was to hold sums by day.
DROP TABLE `roll_up`;
--> statement-breakpoint
CREATE TABLE `roll_up` (
	`decision` integer PRIMARY KEY NOT NULL,
	`decided_at_ms` integer NOT NULL,
	`work_order_id` integer NOT NULL,
	`rule_file_id` text,
	`rule_file_hash` blob,
	`is_shadow` integer NOT NULL,
	`sets` text,
	`best_blocked_id` integer,
	`best_blocked_by` text,
	`parity` text,
	FOREIGN KEY (`decision`) REFERENCES `decision`(`id`) ON UPDATE no action ON DELETE no action
) STRICT;
--> statement-breakpoint
CREATE TABLE `work_order_label` (
	`work_order_id` integer PRIMARY KEY NOT NULL,
	`client_id` integer,
	`project_id` integer
) STRICT;
--> statement-breakpoint
CREATE INDEX `work_order_label_client` ON `work_order_label` (`client_id`);
--> statement-breakpoint
CREATE INDEX `work_order_label_project` ON `work_order_label` (`project_id`);