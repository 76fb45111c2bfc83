module errnorm

go 1.19
