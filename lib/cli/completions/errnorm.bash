# errnorm completion for bash: commands and options are read from the program's own help, so they are never behind it.

# The words of a help's list, "  --name VALUE  text" or "  name  text", that begin its lines. Two blanks at least stand before the text.
_errnorm_list()
{
	"$@" --help 2>/dev/null | sed -n -E 's/^  (--[a-z-]+|[a-z]+)( [A-Z][A-Z=]*)?  .*/\1/p'
}

# Whether an option of a command takes a value.
_errnorm_takes_value()
{
	"$1" "$2" --help 2>/dev/null | grep -q -- "^  $3 [A-Z]"
}

# What may stand for an option's value; nothing: a file, or whatever a person writes.
_errnorm_values()
{
	case $2 in
	--provider) "$1" providers 2>/dev/null | sed '1d; s/ .*//' ;;
	--dialect) "$1" dialects 2>/dev/null | sed '1d; s/ .*//' ;;
	--transport) "$1" codes --transport 2>/dev/null | sed 's/ .*//' ;;
	--jobs) echo auto ;;
	esac
}

_errnorm()
{
	local program=$1 word=${COMP_WORDS[COMP_CWORD]} option=${COMP_WORDS[COMP_CWORD - 1]} command=${COMP_WORDS[1]} words

	COMPREPLY=()
	# bash makes three words of --name=value.
	if [[ $word == = ]]; then
		word=
	elif [[ $option == = ]]; then
		option=${COMP_WORDS[COMP_CWORD - 2]}
	fi
	if ((COMP_CWORD == 1)); then
		words=$(_errnorm_list "$program")
	elif [[ $command == help ]]; then
		words=$(_errnorm_list "$program" | grep -v '^--')
	elif [[ $option == --* ]] && _errnorm_takes_value "$program" "$command" "$option"; then
		words=$(_errnorm_values "$program" "$option")
	elif [[ $word == -* ]]; then
		words=$(_errnorm_list "$program" "$command")
	elif [[ $command == raise ]]; then
		words=$("$program" codes 2>/dev/null | sed '1d; s/ .*//')
	fi
	COMPREPLY=($(compgen -W "$words" -- "$word"))
}

complete -o default -F _errnorm errnorm
