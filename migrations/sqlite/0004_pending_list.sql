CREATE TABLE `pending_list` (
	`work_order_id` integer PRIMARY KEY NOT NULL,
	`shown_hash` blob NOT NULL,
	`observed_at_ms` integer NOT NULL,
	`changes_at_ms` integer,
	`version` text NOT NULL,
	`intents` integer NOT NULL,
	`effects` integer NOT NULL,
	`bytes_hash` blob NOT NULL,
	`bytes` blob NOT NULL,
	CONSTRAINT "pending_list_shown_hash" CHECK(length("pending_list"."shown_hash") = 32),
	CONSTRAINT "pending_list_bytes_hash" CHECK(length("pending_list"."bytes_hash") = 32)
) STRICT;
