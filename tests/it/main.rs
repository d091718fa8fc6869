//! One integration binary, one module per area.

#[cfg(test)]
mod docs;
