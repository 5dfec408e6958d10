// `p` is `::coweave::__private`; paths into `core` are shortened.

::core::compile_error! {
    "remove `async`: the attribute makes the function a coroutine, which can `.await` already"
}
::core::compile_error! {
    "a generator cannot `.await`: to do both, make the function a stream with `stream = T` in place of `yield = T`"
}
#[allow(warnings)]
fn numbers(
    n: u32,
) -> ::coweave::Generator<
    impl ::coweave::Frame<Yield = u32, Resume = (), Return = bool>,
> {
    let _ = (&n,);
    p::no_generator::<u32, (), bool>()
}
