//! Statics of each run of a model, and of each of its threads.

/// See `system`.
macro_rules! global {
    (static $name:ident: $type:ty = $value:expr;) => {
        loom::lazy_static! { static ref $name: $type = $value; }
    };
}
pub(crate) use global;

/// See `system`.
macro_rules! thread_global {
    ($(#[$attribute:meta])* static $name:ident: $type:ty = $value:expr;) => {
        loom::thread_local! {
            $(#[$attribute])*
            static $name: $type = $value;
        }
    };
}
pub(crate) use thread_global;

/// See `system`.
macro_rules! const_fn {
    ($(#[$attribute:meta])* $visibility:vis const fn $($rest:tt)*) => {
        $(#[$attribute])* $visibility fn $($rest)*
    };
}
pub(crate) use const_fn;
