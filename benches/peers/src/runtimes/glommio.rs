//! glommio: one executor, on whatever processor it is.

use std::time::Duration;

use glommio::timer::sleep;
use glommio::{LocalExecutorBuilder, Placement, Task};

use super::peer::Peer;

pub(super) struct Glommio;

impl Peer for Glommio {
    type Handle<T: 'static> = Task<T>;

    fn block_on<T: 'static>(future: impl Future<Output = T> + 'static) -> T {
        let executor = LocalExecutorBuilder::new(Placement::Unbound).make();
        executor.expect("glommio's executor starts").run(future)
    }

    fn spawn<T: 'static>(future: impl Future<Output = T> + 'static) -> Task<T> {
        glommio::spawn_local(future)
    }

    fn join<T: 'static>(handle: Task<T>) -> impl Future<Output = T> {
        handle
    }

    fn detach<T: 'static>(handle: Task<T>) {
        drop(handle.detach());
    }

    fn sleep(duration: Duration) -> Option<impl Future<Output = ()>> {
        Some(sleep(duration))
    }
}
