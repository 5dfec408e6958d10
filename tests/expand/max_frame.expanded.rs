// `p` is `::coweave::__private`; paths into `core` are shortened.

fn free(n: u32, text: &str) -> impl ::core::future::Future<Output = usize> {
    {
        let n = p::UnusedArgument;
    }
    #[allow(unused)]
    const _: () = {
        const fn __size<A0, A1, F>(_: fn(A0, A1) -> F) -> usize {
            ::core::mem::size_of::<F>()
        }
        fn free(_: u32, _: &str) {}
        p::check_frame(
            "free",
            {
                use self::*;
                __size(free)
            },
            64usize,
        );
    };
    #[inline(always)]
    fn __coweave_within<F>(frame: F) -> F {
        const {
            p::check_frame(
                "free",
                ::core::mem::size_of::<F>(),
                64usize,
            )
        };
        frame
    }
    p::task(
        __coweave_within(
            #[coroutine]
            #[inline(always)]
            static move |mut __cx: p::ResumeArg| -> usize {
                #[allow(unused_imports)]
                use p::IntoLeaf as _;
                let _ = (&text, &n);
                match p::Awaited(text.len()).__coweave_into_leaf() {
                    mut __leaf => {
                        loop {
                            static __SITE: p::Site = p::Site::new(
                                "free",
                                "source.rs",
                                3u32,
                                16u32,
                            );
                            match unsafe {
                                p::step(&mut __leaf, __cx, &__SITE)
                            } {
                                Ready(__output) => break __output,
                                Pending => {}
                            }
                            __cx = yield ();
                            if let Some(__output) = unsafe {
                                p::resumed(&mut __leaf)
                            } {
                                break __output;
                            }
                        }
                    }
                }
            },
        ),
    )
}
