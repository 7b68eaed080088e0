CREATE TABLE `notice` (
	`key` text PRIMARY KEY NOT NULL,
	`first_at_ms` integer NOT NULL,
	`last_at_ms` integer NOT NULL,
	`sent_at_ms` integer,
	`count` integer NOT NULL
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