#!/bin/bash
# Runs GlobalPlatformPro from Maven Central, fetched on first use: ./run gptool -l
# Exit status 77: it cannot be had here.
set -u
version=19.06.16
cache=${XDG_CACHE_HOME:-$HOME/.cache}/cartouche/gptool-$version

give_up() {
    echo "gptool: $1" >&2
    exit 77
}

command -v java >/dev/null || give_up "java is not installed"
if ! compgen -G "$cache/gptool-*.jar" >/dev/null; then
    # Whoever was refused today need not ask again for each test.
    [[ -z $(find "$cache/refused" -mmin -60 2>/dev/null) ]] || give_up "$(cat "$cache/refused")"
    command -v mvn >/dev/null || give_up "maven is not installed"
    mkdir -p "$cache"
    pom=$(mktemp -d)
    trap 'rm -rf "$pom"' EXIT
    cat >"$pom/pom.xml" <<POM
<project xmlns="http://maven.apache.org/POM/4.0.0">
  <modelVersion>4.0.0</modelVersion>
  <groupId>cartouche</groupId><artifactId>gptool-fetch</artifactId><version>1</version>
  <dependencies>
    <dependency>
      <groupId>com.github.martinpaljak</groupId><artifactId>gptool</artifactId><version>$version</version>
    </dependency>
  </dependencies>
</project>
POM
    if ! timeout 300 mvn -q -B -U -Dstyle.color=never -f "$pom/pom.xml" dependency:copy-dependencies \
        -DincludeScope=runtime -DoutputDirectory="$cache" >"$pom/log" 2>&1; then
        reason="com.github.martinpaljak:gptool:$version is not to be had: $(grep -m 1 -o "Could not .*" "$pom/log")"
        echo "$reason" >"$cache/refused"
        give_up "$reason"
    fi
fi
exec java -cp "$cache/*" pro.javacard.gp.GPTool "$@"
