//! What the tests record with.

use std::time::Duration;

pub(crate) use crate::trace::Trace;

pub(crate) fn ms(count: u64) -> Duration {
    Duration::from_millis(count)
}

/// Long enough for all that is ready to have run.
pub(crate) async fn settle() {
    coweave::sleep(ms(1)).await;
}
