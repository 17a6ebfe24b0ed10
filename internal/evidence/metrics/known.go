package metrics

import "github.com/tidemark/tidemark/bench"

// A meaning is what a metric tells a diagnosis.
type meaning struct {
	kind  string
	grows bool    // a counter, or the sum of a distribution: its rate is what counts
	each  bool    // one gauge for each set of labels, as pools are; or else they are added up
	count bool    // of a distribution, how many values it has, not their sum
	label string  // only lines with it, as area=heap
	scale float64 // to seconds and bytes
}

func gauge(kind string) meaning     { return meaning{kind: kind, scale: 1} }
func counter(kind string) meaning   { return meaning{kind: kind, grows: true, scale: 1} }
func pool(kind string) meaning      { return meaning{kind: kind, each: true, scale: 1} }
func poolGrows(kind string) meaning { return meaning{kind: kind, each: true, grows: true, scale: 1} }
func poolCounts(kind string) meaning {
	return meaning{kind: kind, each: true, grows: true, count: true, scale: 1}
}
func nanoseconds(m meaning) meaning { m.scale = 1e-9; return m }
func cycles() meaning               { return meaning{kind: bench.GCCycles, grows: true, count: true, scale: 1} }
func heap(kind string) meaning      { return meaning{kind: kind, label: "area=heap", scale: 1} }

// known are metrics by the names that libraries give them. A distribution goes by its name without _sum and _count.
var known = map[string][]meaning{
	// Every client library that follows Prometheus' convention for processes.
	"process_cpu_seconds_total":     {counter(bench.CPUSeconds)},
	"process_resident_memory_bytes": {gauge(bench.ResidentBytes)},

	// Go: client_golang's collectors of the runtime, of database/sql, and pgxpool's.
	"go_goroutines":                           {gauge(bench.Goroutines)},
	"go_threads":                              {gauge(bench.Threads)},
	"go_sched_gomaxprocs_threads":             {gauge(bench.Cores)},
	"go_gc_duration_seconds":                  {counter(bench.GCSeconds), cycles()},
	"go_cpu_classes_gc_total_cpu_seconds":     {counter(bench.GCCPUSeconds)},
	"go_memstats_alloc_bytes_total":           {counter(bench.AllocatedBytes)},
	"go_memstats_heap_inuse_bytes":            {gauge(bench.HeapBytes)},
	"go_sql_wait_duration_seconds_total":      {poolGrows(bench.PoolWaitSeconds)},
	"go_sql_wait_count_total":                 {poolGrows(bench.PoolWaits)},
	"go_sql_in_use_connections":               {pool(bench.PoolInUse)},
	"go_sql_max_open_connections":             {pool(bench.PoolMax)},
	"pgxpool_empty_acquire_wait_time_ns":      {nanoseconds(poolGrows(bench.PoolWaitSeconds))},
	"pgxpool_empty_acquire":                   {poolGrows(bench.PoolWaits)},
	"pgxpool_acquired_conns":                  {pool(bench.PoolInUse)},
	"pgxpool_max_conns":                       {pool(bench.PoolMax)},
	"db_client_connection_wait_time_seconds":  {poolGrows(bench.PoolWaitSeconds)}, // OpenTelemetry's names, of any language
	"db_client_connection_pending_requests":   {pool(bench.PoolPending)},
	"db_client_connection_max":                {pool(bench.PoolMax)},
	"db_client_connections_wait_time_seconds": {poolGrows(bench.PoolWaitSeconds)},
	"db_client_connections_pending_requests":  {pool(bench.PoolPending)},
	"db_client_connections_max":               {pool(bench.PoolMax)},

	// The JVM: Micrometer with HikariCP, and client_java.
	"hikaricp_connections_acquire_seconds":  {poolGrows(bench.PoolWaitSeconds), poolCounts(bench.PoolWaits)},
	"hikaricp_connections_pending":          {pool(bench.PoolPending)},
	"hikaricp_connections_active":           {pool(bench.PoolInUse)},
	"hikaricp_connections_max":              {pool(bench.PoolMax)},
	"jdbc_connections_active":               {pool(bench.PoolInUse)},
	"jdbc_connections_max":                  {pool(bench.PoolMax)},
	"jvm_gc_pause_seconds":                  {counter(bench.GCSeconds), cycles()},
	"jvm_gc_collection_seconds":             {counter(bench.GCSeconds), cycles()},
	"jvm_gc_memory_allocated_bytes_total":   {counter(bench.AllocatedBytes)},
	"jvm_memory_pool_allocated_bytes_total": {counter(bench.AllocatedBytes)},
	"jvm_memory_used_bytes":                 {heap(bench.HeapBytes)},
	"jvm_memory_bytes_used":                 {heap(bench.HeapBytes)},
	"jvm_threads_live_threads":              {gauge(bench.Threads)},
	"jvm_threads_current":                   {gauge(bench.Threads)},
	"system_cpu_count":                      {gauge(bench.Cores)},
	"process_cpu_time_ns_total":             {nanoseconds(counter(bench.CPUSeconds))},

	// Node: prom-client.
	"nodejs_eventloop_lag_mean_seconds": {gauge(bench.EventLoopLag)},
	"nodejs_heap_size_used_bytes":       {gauge(bench.HeapBytes)},
	"nodejs_gc_duration_seconds":        {counter(bench.GCSeconds), cycles()},

	// Python: client_python.
	"python_gc_collections_total": {counter(bench.GCCycles)},

	// Ruby: prometheus_exporter, yabeda.
	"ruby_active_record_connection_pool_waiting": {pool(bench.PoolPending)},
	"ruby_active_record_connection_pool_busy":    {pool(bench.PoolInUse)},
	"ruby_active_record_connection_pool_size":    {pool(bench.PoolMax)},
	"active_record_connection_pool_waiting":      {pool(bench.PoolPending)},
	"active_record_connection_pool_busy":         {pool(bench.PoolInUse)},
	"active_record_connection_pool_size":         {pool(bench.PoolMax)},
	"ruby_major_gc_ops_total":                    {counter(bench.GCCycles)},
	"ruby_rss":                                   {gauge(bench.ResidentBytes)},

	// .NET: prometheus-net, and OpenTelemetry's runtime instrumentation before and since .NET 9.
	"dotnet_collection_count_total":                          {counter(bench.GCCycles)},
	"dotnet_total_memory_bytes":                              {gauge(bench.HeapBytes)},
	"process_num_threads":                                    {gauge(bench.Threads)},
	"process_runtime_dotnet_gc_collections_count_total":      {counter(bench.GCCycles)},
	"process_runtime_dotnet_gc_duration_nanoseconds_total":   {nanoseconds(counter(bench.GCSeconds))},
	"process_runtime_dotnet_gc_allocations_size_bytes_total": {counter(bench.AllocatedBytes)},
	"dotnet_gc_collections_total":                            {counter(bench.GCCycles)},
	"dotnet_gc_pause_time_seconds_total":                     {counter(bench.GCSeconds)},
	"dotnet_gc_heap_total_allocated_bytes_total":             {counter(bench.AllocatedBytes)},
}
