package database

import (
	"context"
	"database/sql/driver"
	"errors"
	"fmt"
	"io"
	"time"
)

// A connector makes connections to a database that is a network away.
type connector struct {
	driver.Connector
	delay time.Duration
}

// Connect implements driver.Connector.
func (c *connector) Connect(ctx context.Context) (driver.Conn, error) {
	near, err := c.Connector.Connect(ctx)
	if err != nil {
		return nil, err
	}
	full, ok := near.(modernConn)
	if !ok {
		return nil, errors.Join(fmt.Errorf("database: driver %T lacks the methods with a context", near), near.Close())
	}
	pause, err := newPause(c.delay)
	if err != nil {
		return nil, errors.Join(err, near.Close())
	}
	return &conn{modernConn: full, pause: pause}, nil
}

// Close lets database/sql close a connector that needs it.
func (c *connector) Close() error {
	if closer, ok := c.Connector.(io.Closer); ok {
		return closer.Close()
	}
	return nil
}
