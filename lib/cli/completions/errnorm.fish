# errnorm completion for fish: commands and options are read from the program's own help, so they are never behind it.

# "name<tab>text" for each entry of a help's list.
function __errnorm_list
    errnorm $argv --help 2>/dev/null | string replace -rf '^  (--[a-z-]+|[a-z]+)(?: [A-Z][A-Z=]*)? {2,}(.*)$' '$1\t$2'
end

# The option whose value stands at the cursor, if its command's help says that it takes one.
function __errnorm_option
    set -l words (commandline -opc)
    test (count $words) -gt 2; and string match -q -- '--*' $words[-1]
    and errnorm $words[2] --help 2>/dev/null | string match -rq -- "^  $words[-1] [A-Z]"
    and echo $words[-1]
end

function __errnorm_words
    set -l words (commandline -opc)
    if test (count $words) -eq 1
        __errnorm_list
        return
    end
    switch (__errnorm_option)
        case --provider
            errnorm providers 2>/dev/null | string replace -rf '^([a-z0-9_]+) .*' '$1'
        case --dialect
            errnorm dialects 2>/dev/null | string replace -rf '^([a-z0-9_]+) .*' '$1'
        case --transport
            errnorm codes --transport 2>/dev/null | string replace -rf '^([a-z_]+) +(.*)' '$1\t$2'
        case --jobs
            echo auto
        case ''
            switch $words[2]
                case help
                    __errnorm_list | string match -v -- '--*'
                case raise
                    errnorm codes 2>/dev/null | string replace -rf '^([a-z_]+) .*' '$1'
            end
            __errnorm_list $words[2] | string match -- '--*'
    end
end

# Files for operands, and for what is a path.
function __errnorm_wants_file
    set -l words (commandline -opc)
    test (count $words) -gt 1; or return 1
    set -l option (__errnorm_option)
    test -z "$option"; and not contains -- $words[2] help raise codes providers dialects
    or contains -- "$option" --tables --output
end

complete -c errnorm -f -a '(__errnorm_words)'
complete -c errnorm -n __errnorm_wants_file -F
