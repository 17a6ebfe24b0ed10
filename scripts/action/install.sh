#!/usr/bin/env bash
# The first step of action.yml: puts tidemark on the PATH of the steps that follow.
#
# VERSION     the release to download, as v1.4.0; empty: the tag that the action itself is used at, or else it is built
# ACTION_REF  what the action is used at: a tag, a branch, a commit
# SOURCE      the action's own source, at that
# DOWNLOADS   where releases are (default: those of github.com/tidemark/tidemark)
#
# What is downloaded has to have the checksum that the release names. What is built is the source of the action, as the workflow pins it.
set -euo pipefail

die() {
  printf '::error::%s\n' "$*"
  exit 5
}

release='^v[0-9]+\.[0-9]+\.[0-9]+(-[0-9A-Za-z.-]+)?$'
version=${VERSION:-}
if [ -z "$version" ] && [[ ${ACTION_REF:-} =~ $release ]]; then
  version=$ACTION_REF
fi
bin=${RUNNER_TEMP:?}/tidemark-bin
mkdir -p "$bin"

build() {
  command -v go >/dev/null 2>&1 || die "there is no Go to build tidemark with: use actions/setup-go first, or name a release with version"
  echo "building tidemark from the source of the action (${ACTION_REF:-no ref})"
  (cd "$SOURCE" && go build -o "$bin/" ./cmd/tidemark)
}

checksum() {
  if command -v sha256sum >/dev/null 2>&1; then
    sha256sum "$1"
  else
    shasum -a 256 "$1"
  fi | cut -d ' ' -f 1
}

download() {
  [[ $version =~ $release ]] || die "version \"$version\" is no release: write one as v1.4.0"
  local os arch archive from wanted
  case "${RUNNER_OS:-}" in
    Linux) os=linux ;;
    macOS) os=darwin ;;
    Windows) os=windows ;;
    *) die "there is no release for RUNNER_OS \"${RUNNER_OS:-}\"" ;;
  esac
  case "${RUNNER_ARCH:-}" in
    X64) arch=amd64 ;;
    ARM64) arch=arm64 ;;
    *) die "there is no release for RUNNER_ARCH \"${RUNNER_ARCH:-}\"" ;;
  esac
  archive=tidemark_${version#v}_${os}_$arch.tar.gz
  from=${DOWNLOADS:-https://github.com/tidemark/tidemark/releases/download}/$version
  for file in checksums.txt "$archive"; do
    curl --proto '=https,file' --proto-redir '=https' --fail --silent --show-error --location --retry 5 --max-time 300 --max-filesize 200000000 \
      --output "$bin/$file" "$from/$file" || die "cannot download $from/$file"
  done
  wanted=$(awk -v name="$archive" '$2 == name || $2 == "*" name { print $1 }' "$bin/checksums.txt")
  [[ $wanted =~ ^[0-9a-f]{64}$ ]] || die "checksums.txt of $version names no checksum of $archive"
  [ "$(checksum "$bin/$archive")" = "$wanted" ] || die "$archive has another checksum than $version names: it is not used"
  (cd "$bin" && tar -xzf "$archive") # on Windows tar takes D: in a path for another machine
}

if [ -n "$version" ]; then
  download
else
  build
fi
"$bin/tidemark" version
echo "$bin" >>"${GITHUB_PATH:?}"
