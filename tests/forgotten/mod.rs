//! Forgetting values, so that a search for leaks finds what they own.

use std::sync::Mutex;

/// Where what is forgotten lies.
static FORGOTTEN: Mutex<Vec<usize>> = Mutex::new(Vec::new());

/// Never drops a value.
pub(crate) fn forget<T>(value: T) {
    let address = Box::into_raw(Box::new(value)).expose_provenance();
    FORGOTTEN.lock().unwrap().push(address);
}
