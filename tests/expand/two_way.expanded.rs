// `p` is `::coweave::__private`; paths into `core` are shortened.

fn mean(
    first: f64,
) -> ::coweave::Generator<
    impl ::coweave::Frame<Yield = f64, Resume = f64, Return = f64>,
> {
    p::generator::<
        f64,
        f64,
        f64,
        _,
    >(
        #[coroutine]
        #[inline(always)]
        static move |_: ::core::option::Option<_>| -> f64 {
            #[allow(unused_imports)]
            use p::IntoSource as _;
            let _ = (&first,);
            let mut sum = first;
            let next = {
                let __item: f64 = sum;
                p::resumed_with::<f64>(yield __item)
            };
            sum
                += next
                    + match p::Delegated(mean(next))
                        .__coweave_into_source()
                    {
                        mut __source => {
                            let mut __value = None;
                            loop {
                                match p::Source::<
                                    f64,
                                >::resume_source(&mut __source, __value) {
                                    ::coweave::CoroutineState::Yielded(__item) => {
                                        let __item: f64 = __item;
                                        __value = Some(
                                            p::resumed_with::<f64>(yield __item),
                                        );
                                    }
                                    ::coweave::CoroutineState::Complete(__output) => {
                                        break __output;
                                    }
                                }
                            }
                        }
                    };
            sum
        },
    )
}
