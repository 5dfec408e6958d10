//! One spawned coroutine and its handles.

pub(crate) mod awaiting;
