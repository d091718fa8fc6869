# What is typed often. `make ci` is what the check script does.

.PHONY: build run test fmt lint docs snap bench ci clean

build:
	cargo build --release

run:
	cargo run --release -- run --replay

test:
	cargo test

fmt:
	cargo fmt

lint:
	cargo clippy --all-targets -- -D warnings

# Write what the program now says into the pages; read the difference before you commit it.
docs:
	UPDATE_DOCS=1 cargo test --test it docs
	RUSTDOCFLAGS="-D warnings" cargo doc --no-deps

# Accept changed snapshots; read each of them first.
snap:
	INSTA_UPDATE=always cargo test
	git status --short -- '*.snap'

bench:
	cargo bench

ci:
	.ci/run

clean:
	rm -rf reports db/review.sqlite* db/archive db/attachments
	cargo clean
