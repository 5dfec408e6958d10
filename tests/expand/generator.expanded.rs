// `p` is `::coweave::__private`; paths into `core` are shortened.

fn evens<'a, T>(
    items: &'a [T],
) -> ::coweave::Generator<
    impl ::coweave::Frame<Yield = &'a T, Resume = (), Return = usize>,
> {
    p::generator::<
        &'a T,
        (),
        usize,
        _,
    >(
        #[coroutine]
        #[inline(always)]
        static move |_: ::core::option::Option<_>| -> usize {
            #[allow(unused_imports)]
            use p::IntoSource as _;
            let _ = (&items,);
            for item in items.iter().step_by(2) {
                {
                    let __item: &'a T = item;
                    p::resumed_with::<()>(yield __item)
                };
            }
            match p::Delegated(items).__coweave_into_source() {
                mut __source => {
                    let mut __value = None;
                    loop {
                        match p::Source::<
                            (),
                        >::resume_source(&mut __source, __value) {
                            ::coweave::CoroutineState::Yielded(__item) => {
                                let __item: &'a T = __item;
                                __value = Some(
                                    p::resumed_with::<()>(yield __item),
                                );
                            }
                            ::coweave::CoroutineState::Complete(__output) => {
                                break __output;
                            }
                        }
                    }
                }
            };
            items.len()
        },
    )
}
