//! What a coroutine is: frames, sites, and the handles through which they are resumed.
//!
//! Nothing in this layer knows tasks or a scheduler.

mod resume_arg;
mod site;

mod frame;
mod future;
mod generator;
mod misuse;
mod streaming;

pub(crate) mod delegation;
pub(crate) mod frame_size;

pub use frame::{CoroutineState, Frame, GeneratorFrame, Item, item, resumed_with};
pub use future::{CoroutineFuture, Returned, UnusedArgument, task};
pub use generator::{Generator, generator, no_generator};
pub use resume_arg::{Lowered, ResumeArg, Step, Suspended, suspended};
pub use site::{Site, Sited};
pub use streaming::{ItemFrame, Next, StreamFrame, Streaming, no_streaming, streaming};
