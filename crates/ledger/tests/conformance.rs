//! What every database must do for the ledger. Each test runs on every engine.

mod support;

mod cases;
